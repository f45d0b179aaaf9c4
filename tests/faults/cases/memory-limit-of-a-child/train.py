from concurrent.futures import ProcessPoolExecutor


def load(size: int) -> int:
    return len(b"x" * size)


if __name__ == "__main__":
    with ProcessPoolExecutor(1) as pool:
        print(pool.submit(load, 400 << 20).result())
