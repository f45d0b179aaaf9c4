from pathlib import Path

with Path("/dev/kfd").open("rb"):
    print("an AMD GPU is there")
