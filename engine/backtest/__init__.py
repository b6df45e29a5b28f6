"""How well clauses tell campaigns from benign accounts, on logs of which the truth is known."""
