"""The one Django application."""

from django.apps import AppConfig


class Premura(AppConfig):
    name = "premura"
    label = "premura"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # The journal must know which deeds have a next step, in every process.
        from premura import flow  # noqa: F401
