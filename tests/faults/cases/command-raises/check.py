def accuracy():
    return 0.42


if accuracy() < 0.9:
    raise ValueError("accuracy is too low")
