//! What other race detectors lose or get wrong.

