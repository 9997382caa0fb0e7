"""What we know to say: questions and answers, saved replies, the brand's voice, and its own words for the guard."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.utils.translation import gettext_lazy as _


class Shareable(models.TextChoices):
    """Who may be told."""

    PUBLIC = "public", _("everybody")
    DIRECT = "direct", _("only in private")
    INTERNAL = "internal", _("nobody outside")


class Entry(models.Model):
    """One question with the facts that were approved for its answer."""

    brand = models.ForeignKey("Brand", models.CASCADE, related_name="entries")
    question = models.CharField(max_length=300)
    facts = models.TextField()
    shareable = models.CharField(max_length=10, choices=Shareable, default=Shareable.PUBLIC)
    owner = models.ForeignKey("Agent", models.SET_NULL, null=True, related_name="+")
    valid_until = models.DateField(null=True)
    came_from = models.ForeignKey("Reply", models.SET_NULL, null=True, related_name="+")  # the reply it was made of
    made_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index("brand", "retired_at", "question", name="entries_of_a_brand"),
            GinIndex(SearchVector("question", "facts", config="simple"), name="entries_by_words"),
        ]

    def __str__(self) -> str:
        return self.question


class Variant(models.Model):
    """The same answer in one language and one tone."""

    class Tone(models.TextChoices):
        TU = "tu", _("tu")
        LEI = "lei", _("Lei")
        VOI = "voi", _("voi")
        PLAIN = "", _("any")

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="variants")
    language = models.CharField(max_length=5)
    tone = models.CharField(max_length=5, choices=Tone, default=Tone.PLAIN, blank=True)
    text = models.TextField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("entry", "language", "tone", name="one_variant_of_a_tone")]

    def __str__(self) -> str:
        return self.text[:60]


class SavedReply(models.Model):
    """A text to begin with.  Its fields ({name}, {product}, {place}, {date}) are filled from the message."""

    brand = models.ForeignKey("Brand", models.CASCADE, related_name="saved_replies")
    name = models.CharField(max_length=100)
    language = models.CharField(max_length=5)
    tone = models.CharField(max_length=5, choices=Variant.Tone, blank=True, db_default="")
    shareable = models.CharField(max_length=10, choices=Shareable, db_default=Shareable.PUBLIC)
    valid_until = models.DateField(null=True)
    text = models.TextField()
    used = models.IntegerField(default=0)
    # A line for hard days: a lead said yes to these very words, so it needs no second person when there is no time.
    for_crisis = models.BooleanField(default=False)
    approved_by = models.ForeignKey("Agent", models.SET_NULL, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    owner = models.ForeignKey("Agent", models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("brand", "name", "language", "tone", name="one_saved_reply_of_a_name")
        ]

    def __str__(self) -> str:
        return self.name


class Voice(models.Model):
    """How the brand speaks.  One a brand."""

    brand = models.OneToOneField("Brand", models.CASCADE, primary_key=True, related_name="voice")
    values = models.TextField(blank=True)
    words_we_use = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    words_we_avoid = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    address = models.JSONField(default=dict)  # network -> tu, lei or voi; "" for all others
    examples = models.TextField(blank=True)
    signs = models.BooleanField(default=False)  # replies end with the agent's first name
    undo_s = models.SmallIntegerField(default=10)  # how long a reply can be called back before it leaves
    team_repeats = models.SmallIntegerField(default=50)  # how many of the team's replies are looked at for sameness

    def __str__(self) -> str:
        return str(self.brand)


class Phrase(models.Model):
    """Words of a brand's own for a rule of the guard: what fires it besides, or what never does."""

    brand = models.ForeignKey("Brand", models.CASCADE, related_name="phrases")
    rule = models.CharField(max_length=30)
    language = models.CharField(max_length=5, blank=True)  # "": all
    text = models.CharField(max_length=200)
    allows = models.BooleanField(default=False)  # False: it fires the rule
    by = models.ForeignKey("Agent", models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("brand", "rule", "text", name="one_phrase_a_rule")]

    def __str__(self) -> str:
        return self.text


class Engine(models.Model):
    """Who translates or drafts for a brand, where it wants one.  Off until an admin fills it in; its key is sealed."""

    class Use(models.TextChoices):
        TRANSLATE = "translate", _("translates")
        DRAFT = "draft", _("drafts")

    class Kind(models.TextChoices):
        LIBRETRANSLATE = "libretranslate", "LibreTranslate"
        DEEPL = "deepl", "DeepL"
        OPENAI = "openai", _("OpenAI-compatible")

    brand = models.ForeignKey("Brand", models.CASCADE, related_name="engines")
    use = models.CharField(max_length=10, choices=Use)
    kind = models.CharField(max_length=20, choices=Kind)
    url = models.URLField(max_length=500)
    model = models.CharField(max_length=100, blank=True)
    sealed = models.BinaryField(default=bytes)  # {"key": …}
    is_on = models.BooleanField(default=False)
    trouble = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("brand", "use", name="one_engine_a_use")]

    def __str__(self) -> str:
        return f"{self.kind} · {self.use}"


class Term(models.Model):
    """One word of the brand's glossary, as it is to stand in each language."""

    brand = models.ForeignKey("Brand", models.CASCADE, related_name="terms")
    text = models.CharField(max_length=100)
    translations = models.JSONField(default=dict)  # language -> word; {}: it stays as it is everywhere

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("brand", "text", name="one_term_of_a_text")]

    def __str__(self) -> str:
        return self.text


class Translated(models.Model):
    """A message in another language, kept so that it is asked for once."""

    message = models.ForeignKey("Message", models.CASCADE, related_name="translations")
    brand = models.ForeignKey("Brand", models.CASCADE, related_name="+", db_index=False)
    language = models.CharField(max_length=5)
    text = models.TextField()
    by = models.CharField(max_length=20)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("message", "language", name="one_translation_a_language")]

    def __str__(self) -> str:
        return self.text[:60]


class Approvals(models.Model):
    """When a second person must say yes before a reply leaves.  One a brand; newcomers are marked in Membership."""

    brand = models.OneToOneField("Brand", models.CASCADE, primary_key=True, related_name="approvals")
    newcomers = models.BooleanField(default=True)
    words = ArrayField(models.CharField(max_length=60), default=list, blank=True)  # topics, in the reply or the message
    intents = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    amount_over = models.DecimalField(max_digits=10, decimal_places=2, null=True)  # euros named in the reply

    def __str__(self) -> str:
        return str(self.brand)
