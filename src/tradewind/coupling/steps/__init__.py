"""The ten steps of the year, one file each."""
