"""How the product behaves from ten thousand to a million chunks: `python -m eval.scale DATA --sizes 10000,100000`."""
