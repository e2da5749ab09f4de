"""Writes the Spanish reviews and the byte-level BPE that the program spanish-reviews uses without --data.

    interop/.venv/bin/python interop/spanish_reviews.py --output examples/src/main/resources/spanish-reviews

amazon_reviews_multi may not be shipped. These reviews were written for this program: a review is one to four sentences,
whose mixture of praise and blame follows the stars. A third of the sentences is in no row to train on.
"""

import argparse
import csv
import gzip
import io
import json
import random
from pathlib import Path

from tokenizers import ByteLevelBPETokenizer

SEED = 42
TRAIN, VALIDATION, TEST = 1500, 300, 300
VOCABULARY = 1000

PRODUCTS = {
    "home": ["la lámpara", "la manta", "el cojín", "la estantería"],
    "kitchen": ["la sartén", "la cafetera", "el cuchillo", "la batidora"],
    "wireless": ["la funda", "el cargador", "el soporte del móvil", "el protector de pantalla"],
    "electronics": ["el altavoz", "el televisor", "la tableta", "el cable"],
    "book": ["el libro", "la novela", "la guía", "el cuento"],
    "toy": ["el juego", "la muñeca", "el puzle", "el coche teledirigido"],
    "apparel": ["la camiseta", "el pantalón", "el abrigo", "la falda"],
    "shoes": ["la bota", "la sandalia", "la zapatilla", "el zapato"],
    "beauty": ["la crema", "el champú", "el perfume", "el secador"],
    "sports": ["la esterilla", "la mochila", "el balón", "la bicicleta"],
}

# {p}: the product with its article.
PRAISE = """
¡Me encanta {p}!
¡Qué bien va {p}!
Me encanta {p}, no podría estar más contenta.
Estoy muy satisfecho con la compra.
Funciona de maravilla desde el primer día.
La calidad es excelente para lo que cuesta.
Llegó antes de lo previsto y en perfecto estado.
Lo recomiendo sin dudarlo a todo el mundo.
Justo lo que estaba buscando.
A mi hija le ha gustado muchísimo.
Relación calidad-precio inmejorable.
Es tal y como se ve en las fotos, precioso.
No me ha decepcionado en absoluto.
Volvería a comprar {p} con los ojos cerrados.
Un acierto total como regalo.
Muy cómodo y fácil de usar.
El vendedor respondió enseguida y fue muy amable.
Después de seis meses sigue como nuevo.
Superó todas mis expectativas.
Muy bien acabado, se nota que es bueno.
Cumple perfectamente su función.
Qué maravilla, ojalá lo hubiera descubierto antes.
Es bonito, resistente y no pesa nada.
Diez sobre diez, repetiré seguro.
El envío fue rapidísimo y venía muy bien embalado.
Nunca había tenido nada tan práctico.
Toda la familia disfruta de {p}.
Merece la pena cada euro.
Encaja a la perfección y queda genial.
Mucho mejor de lo que imaginaba.
No le encuentro ni un solo defecto.
Da gusto usar cosas tan bien hechas.
Perfecto, sin ninguna pega.
Le doy cinco estrellas porque no hay seis.
Me ha sorprendido para bien.
Ideal para el día a día, estoy feliz.
Buen material y mejor precio.
Gracias a {p} todo es más sencillo.
"""

BLAME = """
¡No me gusta {p}!
¡Qué mal va {p}!
Qué decepción, {p} no vale ni la mitad de lo que cuesta.
Se rompió a los dos días.
No funciona, una estafa.
La calidad es pésima, parece de juguete.
Llegó tarde y con la caja abierta.
No lo recomiendo a nadie.
No se parece en nada a la foto.
He pedido la devolución y nadie contesta.
Dinero tirado a la basura.
Huele fatal y mancha todo lo que toca.
Es incómodo y demasiado pequeño.
Dejó de funcionar en una semana.
El vendedor no da la cara.
Me arrepiento de haber comprado {p}.
Mal acabado y lleno de arañazos.
No dura nada, otra vez a comprar.
Faltaban piezas y las instrucciones no sirven.
Un desastre de principio a fin.
Muy caro para lo malo que es.
Me siento engañado.
Lo devolví el mismo día.
No cumple lo que promete.
Peor imposible, no compréis esto.
El material es finísimo y se dobla solo.
Hace un ruido insoportable.
Vino usado y sucio, qué vergüenza.
Ni regalado lo quiero.
Una estrella porque no puedo poner cero.
Nunca más vuelvo a comprar aquí.
Es aburrido y pesado como él solo.
Lo tuve que tirar.
Mi hijo lloró cuando {p} dejó de ir al primer uso.
No me ha gustado nada.
Tres semanas esperando y llegó roto.
Es una pena, tenía muchas ganas y no sirve para nada.
Incluso el más barato es mejor que este.
"""

SO_SO = """
Ni bien ni mal, cumple y poco más.
Está bien para un apuro.
Regular, esperaba algo distinto.
Hace lo que tiene que hacer, sin más.
Por el precio no se puede pedir mucho.
Es correcto, aunque los hay mejores.
El color no es el que pensaba, pero se puede usar.
Tiene cosas buenas y cosas malas.
No está mal, tampoco es para tirar cohetes.
De momento aguanta, ya veremos.
Normalito, del montón.
Se puede usar, pero no enamora.
"""

FACTS = """
Compré {p} en enero.
Era un regalo para mi hermana.
Lo uso en casa casi todos los días.
Es la segunda vez que pido en esta tienda.
Viene en una caja de cartón.
Lo pedí un lunes.
Somos cuatro en casa.
Mi vecino tiene uno igual.
Lo he probado durante dos semanas.
Elegí el de color azul.
"""

# How many sentences of each kind a review with these stars has: praise, so-so, blame.
MIXTURES = {
    1: [(0, 0, 3), (0, 0, 2), (0, 0, 1)],
    2: [(0, 1, 2), (1, 0, 2), (0, 1, 1)],
    3: [(1, 1, 1), (0, 2, 0), (1, 0, 1)],
    4: [(2, 1, 0), (2, 0, 1), (1, 1, 0)],
    5: [(3, 0, 0), (2, 0, 0), (1, 0, 0)],
}


def lines(text):
    return text.strip().split("\n")


def to_train_on(sentences, generator):
    """The first two, and of the others two of three."""
    return sentences[:2] + generator.sample(sentences[2:], round(len(sentences[2:]) * 2 / 3))


def review(stars, sentences, generator):
    praise, so_so, blame = generator.choice(MIXTURES[stars])
    category = generator.choice(sorted(PRODUCTS))
    product = generator.choice(PRODUCTS[category])
    chosen = [s for kind, n in zip(("praise", "so_so", "blame"), (praise, so_so, blame))
              for s in generator.sample(sentences[kind], n)]
    generator.shuffle(chosen)
    if generator.random() < 0.6:
        chosen.insert(0, generator.choice(sentences["facts"]))
    text = " ".join(s.format(p=product) for s in chosen).replace(" a el ", " al ")
    if generator.random() < 0.1:
        text = text.lower()
    return [text, stars, category]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--output", type=Path, required=True)
    output = parser.parse_args().output
    output.mkdir(parents=True, exist_ok=True)
    generator = random.Random(SEED)
    kinds = {"praise": PRAISE, "blame": BLAME, "so_so": SO_SO, "facts": FACTS}
    every = {kind: lines(text) for kind, text in kinds.items()}
    training = {kind: to_train_on(sentences, generator) for kind, sentences in every.items()}
    texts, seen = [], set()
    for split, count, sentences in (
        ("train", TRAIN, training), ("validation", VALIDATION, every), ("test", TEST, every)
    ):
        rows = []
        while len(rows) < count:
            row = review(1 + len(rows) % 5, sentences, generator)
            if row[0] not in seen:
                seen.add(row[0])
                rows.append(row)
        generator.shuffle(rows)
        file = io.StringIO(newline="")
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["review_body", "stars", "product_category"])
        out.writerows(rows)
        with open(output / f"{split}.csv.gz", "wb") as target:
            with gzip.GzipFile(filename="", mode="wb", fileobj=target, mtime=0) as packed:
                packed.write(file.getvalue().encode("utf-8"))
        if split == "train":
            texts = [row[0] for row in rows]
    bpe(texts, output / "tokenizer")


def bpe(texts, folder):
    """As RoBERTa's: byte-level BPE, a text between <s> and </s>."""
    folder.mkdir(exist_ok=True)
    tokenizer = ByteLevelBPETokenizer()
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    tokenizer.train_from_iterator(texts, VOCABULARY, 2, show_progress=False, special_tokens=special)
    tokenizer.save_model(str(folder))
    config = {"tokenizer_class": "RobertaTokenizer", "model_max_length": 512}
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


main()
