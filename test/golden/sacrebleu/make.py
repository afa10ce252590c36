"""Writes vectors.json: tokens and corpus BLEU as sacreBLEU gives them.

    pip install sacrebleu==2.6.0 && python3 test/golden/sacrebleu/make.py

Defaults throughout: 13a, case kept, smoothing "exp". Where a list of references is shorter than another, sacreBLEU takes None for what is missing.
"""
import json
import os
import random

import sacrebleu
from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a

if sacrebleu.__version__ != "2.6.0":
    raise SystemExit(f"make.py: expected sacrebleu 2.6.0, got {sacrebleu.__version__}.")

TEXTS = [
    "", " ", "Hello, world!", "It's 1,500 km, isn't it?", "In 1979-05-03, at 5.30 p.m.", "a.b .5 5. ,5 5, 1.2.3", "x-y 5-y x-5 5-5 --",
    "&quot;Fire&quot; &amp; &lt;b&gt; &amp;quot;", "a <skipped> b", "line -\nbreak\nhere", "{[(<~|`^_\\@/*+#$%&=>)]}'\"", "Ça alors !", "J’ai dit\u202f: «\xa0Va\xa0!\xa0»",
    "€5.00, £3,50", "日本語。、", "tab\tand\x1cunit\x85next\u3000wide", "😀.😀,5", "É.é", "....", "No.5,No. 5",
]
CORPORA = [
    (["The cat sat on the mat."], [["The cat is on the mat."]]),
    (["the the the the the the the"], [["The cat is on the mat.", "There is a cat on the mat."]]),
    (["It is a guide to action which ensures that the military always obeys the commands of the party ."],
     [["It is a guide to action that ensures that the military will forever heed Party commands .",
       "It is the guiding principle which guarantees the military forces always being under the command of the Party .",
       "It is the practical guide for the army always to heed the directions of the party ."]]),
    (["It is to insure the troops forever hearing the activity guidebook that party direct ."],
     [["It is a guide to action that ensures that the military will forever heed Party commands .",
       "It is the guiding principle which guarantees the military forces always being under the command of the Party .",
       "It is the practical guide for the army always to heed the directions of the party ."]]),
    (["Va !", "Cours !", "Au feu !"], [["Va !"], ["Cours !", "Courez !"], ["À l'aide !", "Au feu !"]]),
    (["a b c d"], [["e f g h"]]),
    (["a b c"], [["a b c"]]),
    (["", "a b c d e"], [["a"], ["a b c d e f g"]]),
    ([""], [["a b c d"]]),
    (["a b x c d", "y"], [["a b c d e f", "a"], ["y z", "y"]]),
]


def random_corpus(seed):
    r = random.Random(seed)
    words = ["le", "la", "chat", "chien", "est", "n'est", "pas", "sur", "5,5", "toit", ".", "!", "grand-père", "l'eau", "2.5-3"]
    sentence = lambda: " ".join(r.choice(words) for _ in range(r.randint(1, 12)))
    def near(text):
        return " ".join(r.choice(words) if r.random() < 0.25 else w for w in text.split())
    references = [[sentence() for _ in range(r.randint(1, 3))] for _ in range(r.randint(2, 20))]
    return [near(r.choice(refs)) for refs in references], references


CORPORA += [random_corpus(seed) for seed in range(12)]


def score(predictions, references):
    streams = [[refs[k] if k < len(refs) else None for refs in references] for k in range(max(map(len, references)))]
    return sacrebleu.corpus_bleu(predictions, streams).score


tokenizer = Tokenizer13a()
vectors = {
    "sacrebleu": sacrebleu.__version__,
    "tokens": [{"text": text, "tokens": tokenizer(text).split()} for text in TEXTS],
    "corpora": [{"predictions": p, "references": r, "bleu": score(p, r)} for p, r in CORPORA],
}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "vectors.json"), "w", encoding="utf-8") as file:
    json.dump(vectors, file, ensure_ascii=True, indent=1)
    file.write("\n")
