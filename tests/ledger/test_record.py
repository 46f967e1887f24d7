from electsys.ledger import Actor, record


def test_x(session) -> None:
    a = record("a:b:c", "x:1", actor=Actor(1, "budi"), details={"n": 3})
    session.flush()
    session.refresh(a)
    assert a.id and a.cluster and a.xid
