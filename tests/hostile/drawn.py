"""So many examples of a strategy, always the same for one seed."""

from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.hostile.mutation import ODD_TEXTS, ODD_VALUES

T = TypeVar("T")

texts = st.text(max_size=60) | st.sampled_from(ODD_TEXTS) | st.text(st.characters(), max_size=8)
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts | st.sampled_from(ODD_VALUES),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=8,
)


def drawn(strategy: st.SearchStrategy[T], count: int, number: int) -> list[T]:
    """At most so many: a strategy may have fewer."""
    found: list[T] = []

    @seed(number)
    @settings(
        max_examples=max(count, 1),
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(example: T) -> None:
        if len(found) < count:
            found.append(example)

    collect()
    return found


@st.composite
def likely(draw: st.DrawFn, request: dict[str, st.SearchStrategy[Any]]) -> dict[str, Any]:
    """As it should be; or with one part missing, one that is something else, or one too many."""
    made = {name: draw(strategy) for name, strategy in request.items()}
    kind = draw(st.integers(0, 6))
    name = draw(st.sampled_from(list(request)))
    if kind == 1:
        del made[name]
    elif kind == 2:
        made[draw(texts)] = draw(values)
    elif kind < 5:
        made[name] = draw(values)
    return made
