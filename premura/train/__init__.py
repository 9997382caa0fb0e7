"""Rebuild the committed weights from the data.  Build-time only: scikit-learn is needed here and nowhere else."""
