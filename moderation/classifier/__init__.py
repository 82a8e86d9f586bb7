"""Spam and violation as calibrated probabilities, scored from a file of weights without scikit-learn."""

from moderation.classifier.artifact import DamagedArtifact
from moderation.classifier.labels import label_text, summary
from moderation.classifier.model import Classifier, load

__all__ = ["Classifier", "DamagedArtifact", "label_text", "load", "summary"]
