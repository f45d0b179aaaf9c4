print("never copied")
