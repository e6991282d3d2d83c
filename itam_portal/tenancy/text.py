"""How text is compared: folded keys for search and order, case-folded text for uniqueness."""

from django.db.models import CharField, Expression, Func, GeneratedField, Q, TextField, Value
from django.db.models.functions import Concat


class Fold(Func):
    """Case folded and accents removed, by the database's own `itam_fold`: Émile becomes emile."""

    function = "itam_fold"
    output_field = TextField()


def folded(*names: str) -> GeneratedField:
    """A stored column with the folded text of these fields, joined by a blank."""
    expression: Expression = Fold(names[0])
    if len(names) > 1:
        parts: list[str | Value] = []
        for name in names:
            parts += [Value(" "), name]
        expression = Fold(Joined(*parts[1:]))
    return GeneratedField(expression=expression, output_field=TextField(), db_persist=True, editable=False)


def is_text(name: str, text: str) -> Q:
    """The condition that a field with a stored key is this text in any case, accents kept.

    The key finds the few rows to compare: below a policy no index serves the comparison itself.
    """
    return Q(**{f"{name}_key": Fold(Value(text, output_field=TextField())), f"{name}__iexact": text})


class Joined(Concat):
    """Text joined by the immutable operator ||, which a generated column may use; concat() it may not."""

    output_field = TextField()

    def as_postgresql(self, compiler, connection, **context):  # type: ignore[no-untyped-def]
        parts, parameters = [], []
        for expression in self.flatten():
            if isinstance(expression, Func) or expression is self:
                continue
            sql, values = compiler.compile(expression)
            parts.append(f"{sql}::text" if isinstance(expression, Value) else sql)
            parameters += values
        return f"({' || '.join(parts)})", parameters


class ShortText(CharField):
    """Text of one line, at most 200 characters, never NULL: missing text is ''."""

    def __init__(self, *args, **kwargs) -> None:  # type: ignore[no-untyped-def]
        kwargs.setdefault("max_length", 200)
        super().__init__(*args, **kwargs)
