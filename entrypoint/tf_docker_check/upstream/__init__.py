"""What others publish and we stand on: locked, watched, remembered, compared, bisected."""
