"""Our own power networks: China by province, the United States, Europe, and the world."""
