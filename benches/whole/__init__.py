"""The parts of `benches/whole.py`: how a process is measured, and a module for each group of rows."""
