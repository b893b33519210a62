"""Writes ASN.1 text from pycrate's compiled types, for a second compiler to read."""

from typing import Any


def module(name: str, compiled: Any) -> str:
    """Return a module with one type; everything below it is written out in place."""
    return (
        f"{name}-Module DEFINITIONS AUTOMATIC TAGS ::= BEGIN\n{name} ::= {_type(compiled)}\nEND\n"
    )


def _type(compiled: Any) -> str:
    kind = compiled.TYPE
    if kind in ("SEQUENCE", "CHOICE"):
        members = [f"{_member(name, each)}" for name, each in compiled._cont.items()]
        more = [] if compiled._ext is None else ["..."]
        return f"{kind} {{ {', '.join(members + more)} }}"
    if kind == "SEQUENCE OF":
        return f"SEQUENCE (SIZE({_bounds(compiled._const_sz)})) OF {_type(compiled._cont)}"
    if kind == "ENUMERATED":
        names = ", ".join(f"{name}({value})" for name, value in compiled._cont.items())
        return f"ENUMERATED {{ {names}{'' if compiled._ext is None else ', ...'} }}"
    if kind == "INTEGER":
        return f"INTEGER ({_bounds(compiled._const_val)})"
    size = getattr(compiled, "_const_sz", None)
    return kind if size is None else f"{kind} (SIZE({_bounds(size)}))"


def _member(name: str, compiled: Any) -> str:
    default = "" if compiled._def is None else f" DEFAULT {compiled._def}"
    return f"{name} {_type(compiled)}{' OPTIONAL' if compiled._opt else ''}{default}"


def _bounds(constraint: Any) -> str:
    [bounds] = constraint.root
    low, high = (bounds, bounds) if isinstance(bounds, int) else (bounds.lb, bounds.ub)
    return f"{low}..{high}{'' if constraint.ext is None else ', ...'}"
