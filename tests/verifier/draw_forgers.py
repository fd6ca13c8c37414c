"""Those who have the server's key and alter a draw: each a change of the ledger's rows, and the check that finds it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from tests.verifier.drawn import Bodies, Files, of_kind

Change = Callable[[Bodies], None]


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def lots(seed: str, public: str, codes: list[str]) -> list[str]:
    """The rule of docs/draw.md once more, for forgers."""
    return sorted(codes, key=lambda code: sha(f"{seed}\n{public}\n{code}"))


def listed(codes: list[str]) -> str:
    return sha("".join(f"{code}\n" for code in sorted(codes)))


def bodies_of(files: Files) -> Bodies:
    return [json.loads(json.loads(line)["body"]) for line in files["ledger.jsonl"].splitlines()]


def row(bodies: Bodies, kind: str, **wanted: object) -> dict[str, Any]:
    return of_kind(bodies, kind, **wanted)[0]["data"]


def swap_two_places(bodies: Bodies) -> None:
    order = row(bodies, "order")["order"]
    order[0], order[1] = order[1], order[0]


def another_seed(bodies: Bodies) -> None:
    """The order is that of the seed, but the seed is not the one that was committed to."""
    data = row(bodies, "order")
    data["seed"] = "0" * 32
    data["order"] = lots(data["seed"], data["public"], data["order"])


def another_public_value(bodies: Bodies) -> None:
    row(bodies, "order")["public"] = "07 11 24"


def a_line_feed_moved(bodies: Bodies) -> None:
    """`seed LF public LF code`: the same lots from other parts."""
    data = row(bodies, "order")
    data["public"], data["order"] = "", [f"{data['public']}\n{code}" for code in data["order"]]


def revealed_first(bodies: Bodies) -> None:
    seed, order = of_kind(bodies, "seed")[0], of_kind(bodies, "order")[0]
    one, other = bodies.index(seed), bodies.index(order)
    bodies[one], bodies[other] = order, seed


def revealed_twice(bodies: Bodies) -> None:
    bodies.insert(bodies.index(of_kind(bodies, "order")[0]) + 1, of_kind(bodies, "order")[0])


def two_seeds_to_choose_from(bodies: Bodies) -> None:
    """Two commitments for one list before one of them is revealed: the better one is taken."""
    first = of_kind(bodies, "seed")[0]
    spare = first | {"data": first["data"] | {"draw": 2, "commitment": sha("spare")}}
    bodies.insert(bodies.index(first), spare)


def a_seed_replaced(bodies: Bodies) -> None:
    first = of_kind(bodies, "seed")[0]
    bodies.insert(bodies.index(first), first | {"data": first["data"] | {"commitment": sha("spare")}})


def left_out(bodies: Bodies) -> None:
    """Somebody who competed was not in the list, and everything fits."""
    seed, order = row(bodies, "seed"), row(bodies, "order")
    order["order"] = order["order"][1:]
    seed |= {"list": listed(order["order"]), "entries": len(order["order"])}


def drawn_again(bodies: Bodies) -> None:
    """Somebody who has a place is in the later draw too."""
    seed, order = of_kind(bodies, "seed")[1]["data"], of_kind(bodies, "order")[1]["data"]
    codes = [*order["order"], row(bodies, "order")["order"][0]]
    order["order"] = lots(order["seed"], order["public"], codes)
    seed |= {"list": listed(codes), "entries": len(codes)}


def another_list_committed_to(bodies: Bodies) -> None:
    row(bodies, "seed")["list"] = "0" * 64


def more_stations(bodies: Bodies) -> None:
    row(bodies, "seed")["stations"] = 6


def no_station(bodies: Bodies) -> None:
    row(bodies, "seed")["stations"] = 0


def a_replaced_code(bodies: Bodies) -> None:
    """Everywhere in the ledger another code with a right letter stands for one, but its commitment is what it was."""
    gone = {body["data"]["entry"] for body in of_kind(bodies, "withdrawal")}  # whose commitment stays closed
    code = next(code for code in row(bodies, "order")["order"] if code not in gone)
    letters = "ACEFHKMPRTX"
    new = next(f"{n}{letters[sum(w * int(d) for w, d in enumerate(str(n), 2)) % 11]}" for n in range(100, 999)
               if f'"{n}' not in json.dumps(bodies))  # fmt: skip
    bodies[:] = json.loads(json.dumps(bodies).replace(f'"{code}"', f'"{new}"'))


def a_code_without_its_letter(bodies: Bodies) -> None:
    code = row(bodies, "order")["order"][0]
    bodies[:] = json.loads(json.dumps(bodies).replace(f'"{code}"', f'"{code[:-1]}S"'))


def marked_before_it_was_drawn(bodies: Bodies) -> None:
    first = of_kind(bodies, "mark")[0]
    bodies.remove(first)
    bodies.insert(0, first)


def another_lot_in_layer_2(bodies: Bodies) -> None:
    lines = row(bodies, "unseal", layer=2, state="opened")["lines"]
    lines[0]["from"], lines[1]["from"] = lines[1]["from"], lines[0]["from"]


def another_commitment_in_layer_2(bodies: Bodies) -> None:
    row(bodies, "layer", layer=2)["entries"][0]["commitment"] = "0" * 64


def another_commitment_in_layer_1(bodies: Bodies) -> None:
    for item in row(bodies, "layer", layer=1)["entries"]:
        item["commitment"] = sha(item["commitment"])


def not_opened_for_all(bodies: Bodies) -> None:
    row(bodies, "unseal", layer=2, state="opened")["lines"].pop()


def sealed_after_it_was_opened(bodies: Bodies) -> None:
    """The commitments of a layer that is open already bind nobody; that they can't be checked is not enough."""
    layer, opened = of_kind(bodies, "layer", layer=2)[0], of_kind(bodies, "unseal", layer=2)[0]
    bodies.remove(layer)
    bodies.insert(bodies.index(opened) + 1, layer)


def one_lot_for_two(bodies: Bodies) -> None:
    lines = row(bodies, "unseal", layer=2, state="opened")["lines"]
    one, other = lines[0], lines[1]
    other["from"] = one["from"]
    for item in (x for body in of_kind(bodies, "layer", layer=2) for x in body["data"]["entries"]):
        if item["code"] == other["to"]:
            item["commitment"] = sha(f"{other['salt']}\n{other['from']}\n{other['to']}")


def sealed_twice(bodies: Bodies) -> None:
    bodies.insert(bodies.index(of_kind(bodies, "layer", layer=2)[0]), of_kind(bodies, "layer", layer=2)[0])


def opened_in_the_wrong_order(bodies: Bodies) -> None:
    one, other = of_kind(bodies, "unseal", layer=2)[0], of_kind(bodies, "unseal", layer=1)[0]
    places = bodies.index(one), bodies.index(other)
    bodies[places[0]], bodies[places[1]] = other, one


def another_sample(bodies: Bodies) -> None:
    data = row(bodies, "recheck", state="drawn")
    everybody = set(row(bodies, "order")["order"]) - set(data["top"]) - {row(bodies, "withdrawal")["entry"]}
    data["sample"][0] = min(everybody - set(data["sample"]))


def fewer_in_the_sample(bodies: Bodies) -> None:
    row(bodies, "recheck", state="drawn")["sample"].pop()


def another_secret(bodies: Bodies) -> None:
    """With its own seed and sample: all fits but the commitment."""
    data, ordered = row(bodies, "recheck", state="drawn"), row(bodies, "recheck", state="ordered")
    rest = [code for body in of_kind(bodies, "order") for code in body["data"]["order"]]
    rest = [code for code in rest if code not in {*data["top"], row(bodies, "withdrawal")["entry"]}]
    data["secret"] = "00" * 32
    data["seed"] = sha(f"{data['secret']}\n{data['words']}\n{ordered['root']}")
    data["sample"] = lots(data["seed"], "", rest)[:3]


def other_words(bodies: Bodies) -> None:
    row(bodies, "recheck", state="drawn")["words"] = "1 1 1 1"


def another_root(bodies: Bodies) -> None:
    row(bodies, "recheck", state="ordered")["root"] = "0" * 64


def told_before_it_was_committed_to(bodies: Bodies) -> None:
    one, other = (of_kind(bodies, "recheck", state=state)[0] for state in ("ordered", "drawn"))
    places = bodies.index(one), bodies.index(other)
    bodies[places[0]], bodies[places[1]] = other, one


def a_friend_left_out_of_the_candidates(bodies: Bodies) -> None:
    ordered, data = row(bodies, "recheck", state="ordered"), row(bodies, "recheck", state="drawn")
    rest = [code for body in of_kind(bodies, "order") for code in body["data"]["order"]]
    rest = [code for code in rest if code not in {*data["top"], row(bodies, "withdrawal")["entry"], data["sample"][0]}]
    plain = {"rest": sorted(rest, key=lambda code: (len(code), code)), "top": data["top"]}
    ordered |= {"candidates": sha(json.dumps(plain, separators=(",", ":"))), "entries": len(rest) + len(data["top"])}
    data["sample"] = lots(data["seed"], "", rest)[:3]


def too_few_per_cent(bodies: Bodies) -> None:
    row(bodies, "recheck", state="ordered")["percent"] = 14  # ⌈2.24⌉ are three as well


def one_of_the_sample_not_read(bodies: Bodies) -> None:
    code = row(bodies, "recheck", state="drawn")["sample"][0]
    bodies.remove(of_kind(bodies, "recheck", state="read", entry=code)[0])


FOUND_BY: dict[Change, str] = {
    swap_two_places: "order", another_seed: "seed", another_public_value: "order", a_line_feed_moved: "order",
    revealed_first: "seed", revealed_twice: "seed", two_seeds_to_choose_from: "seed", a_seed_replaced: "seed",
    left_out: "list", drawn_again: "list", another_list_committed_to: "list", more_stations: "seats",
    no_station: "order", a_replaced_code: "draw", a_code_without_its_letter: "letters",
    marked_before_it_was_drawn: "early", another_lot_in_layer_2: "layer2", another_commitment_in_layer_2: "layer2",
    another_commitment_in_layer_1: "layer1", not_opened_for_all: "layer2", sealed_after_it_was_opened: "layer2",
    one_lot_for_two: "layers", sealed_twice: "layers", opened_in_the_wrong_order: "unsealing",
    another_sample: "sample", fewer_in_the_sample: "sample", another_secret: "secret", other_words: "secret",
    another_root: "secret", told_before_it_was_committed_to: "secret",
    a_friend_left_out_of_the_candidates: "candidates", too_few_per_cent: "candidates",
    one_of_the_sample_not_read: "sample",
}  # fmt: skip
