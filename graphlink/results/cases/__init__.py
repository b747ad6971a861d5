"""The case pack: what is handed over about one ring, made from the folder of a finished run without analysing again."""
