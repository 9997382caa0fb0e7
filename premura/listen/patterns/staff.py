"""Who works for the brand is no customer: a condition that leaves them out of what is counted.  P18.

The same condition stands in `prepare.employees` for what is asked outside a batch.
"""

_NOBODY = "NOT EXISTS (SELECT FROM premura_employee)"  # asked once a statement
_REGISTERED = """SELECT FROM premura_identity staff JOIN premura_employee e
        ON (e.brand_id, e.network, e.handle) = (staff.brand_id, staff.network, lower(ltrim(staff.handle, '@')))
    WHERE"""


def customer(identity: str) -> str:
    """Return the condition that who wrote is not in the registry.

    Takes    identity: the column with who it is, as "m.identity_id".
    Cost     two looks into indexes a row; nothing where nobody is registered at all.
    """
    return f"({_NOBODY} OR NOT EXISTS ({_REGISTERED} staff.id = {identity}))"


def by_customer(brand: str, network: str, key: str) -> str:
    """Return the condition that who is known only by the network's key for them is not in the registry."""
    it = f"(staff.brand_id, staff.network, staff.key) = ({brand}, {network}, {key})"
    return f"({_NOBODY} OR NOT EXISTS ({_REGISTERED} {it}))"
