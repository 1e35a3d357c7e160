"""The one loop in which every picture is made, and its parts."""
