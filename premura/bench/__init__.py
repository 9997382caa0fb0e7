"""How fast is it?  Each measurement prints one JSON object: figures, the machine, and a limit met in the same run."""
