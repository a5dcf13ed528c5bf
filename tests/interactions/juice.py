"""Nonconforming cans of orange-juice concentrate in samples of 50 (D. C. Montgomery, Introduction to Statistical
Quality Control, chapter on control charts for attributes): 30 trial samples, 24 after the machine was adjusted,
40 later ones. Sample 15 had a new batch of cardboard, sample 23 an inexperienced operator."""

SIZE = 50
TRIAL = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6]
ADJUSTED = [9, 6, 12, 5, 6, 4, 6, 3, 7, 6, 2, 4, 3, 6, 5, 4, 8, 5, 6, 7, 5, 6, 3, 5]
EXPLAINED = {15: "New batch of cardboard", 23: "Inexperienced operator"}
