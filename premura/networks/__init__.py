"""How do we speak to the networks?  One file a network, and NETWORKS to find it by name."""

from premura.networks.bluesky import Bluesky
from premura.networks.contract import Network
from premura.networks.mastodon import Mastodon
from premura.networks.playground import Playground

NETWORKS: dict[str, type[Network]] = {
    "bluesky": Bluesky,
    "mastodon": Mastodon,
    "playground": Playground,
}
