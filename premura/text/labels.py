"""The labels that are learnt, in the order of the weights.  What each means: corpus/README.md."""

LANGUAGES = ("it", "en", "es", "fr", "de", "pt", "nl", "pl", "ro")
SENTIMENTS = ("negative", "neutral", "positive")
INTENTS = ("complaint", "question", "purchase", "praise", "suggestion", "gesture", "abuse", "spam")
URGENCIES = ("u1", "u2", "u3")  # at least so urgent
FLAGS = ("last_resort", "chaser", "service_complaint", "legal_threat", "safety", "churn_threat", "me_too", "sarcasm")
EMOTIONS = ("joy", "anger", "sadness", "fear", "surprise", "disgust")
ABUSES = ("rude", "insult", "hate")
LABELS = (*SENTIMENTS, *INTENTS, *URGENCIES, *FLAGS, *EMOTIONS, *ABUSES)
GROUPS = ((0, 3), (3, 11))  # of which one holds
AT = {name: place for place, name in enumerate(LABELS)}
