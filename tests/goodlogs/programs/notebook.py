"""Write a notebook: ``notebook.py FILE WAY``."""

import json
import sys
from pathlib import Path

file, way = sys.argv[1:]
CELLS = {
    "train": [
        "import keras, numpy as np",
        "model = keras.Sequential([keras.layers.Dense(1)])\nmodel.compile('sgd', 'mse')",
        "model.fit(np.ones((64, 3)), np.ones(64), epochs=3)",
    ],
    "caught": [
        "try:\n    import torch\nexcept ImportError:\n    import traceback; traceback.print_exc()",
        "print(2 + 2)",
    ],
    "allowed": ["%%script bash\necho first; exit 0", "1 / 1", "print('Killed')"],
    "shell": [
        "!python -c 'import tensorflow' 2>&1 | tail -3",
        "!nvidia-smi || echo no GPU here",
        "print('done')",
    ],
}[way]
cells = [
    {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": text}
    for text in CELLS
]
kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
document = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 4}
Path(file).write_text(json.dumps(document))
