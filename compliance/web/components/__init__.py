"""Components written in Python, where a macro would be too slow: a heatmap has tens of thousands of cells."""
