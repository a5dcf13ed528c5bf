"""Statistical process control: baselines, charts, alerts, the board, and how measurements come in."""
