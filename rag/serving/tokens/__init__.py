"""Bearer tokens: who may read, who may bring articles."""
