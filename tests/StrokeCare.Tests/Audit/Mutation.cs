using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Sql.Audit;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Tests.Audit;

/// <summary>
/// One thing somebody did to the log. <see cref="First"/> is the first row that is not what it was; <see cref="IsWhole"/>
/// says that the result is a chain without fault in itself, which only a checkpoint can contradict; <see cref="IsRange"/>
/// that no evidence can tell more than between which checkpoints it began.
/// </summary>
internal sealed record Mutation(string Kind, long First, Action<DbSession> Apply)
{
    public bool IsWhole { get; init; }

    public bool IsRange { get; init; }
}

/// <summary>Makes seeded mutations of one good log.</summary>
internal sealed class Mutations(IReadOnlyList<LogRow> rows, string engine, Random random)
{
    private static readonly string[] Columns = LogColumns.All.Split(", ");
    private static readonly string[] Content = [.. Columns.Except(["seq", "prev_hash", "hash"])];
    private static readonly SqlType[] Types = LogColumns.Insert.Parameters;
    private static readonly Dictionary<string, Statement> Sets = Columns.Select((name, i) =>
        (name, set: new Statement($"UPDATE security_logs SET {name} = $1 WHERE seq = $2", Types[i], SqlType.Long))).ToDictionary(p => p.name, p => p.set);
    private static readonly Statement Delete = new("DELETE FROM security_logs WHERE seq >= $1 AND seq <= $2", SqlType.Long, SqlType.Long);
    private static readonly Statement Renumber = new("UPDATE security_logs SET seq = $2 WHERE seq = $1", SqlType.Long, SqlType.Long);
    private static readonly Statement MoveUp = new("UPDATE security_logs SET seq = seq + 1 WHERE seq >= $1", SqlType.Long);
    private static readonly Statement MoveDown = new("UPDATE security_logs SET seq = seq - 1 WHERE seq > $1", SqlType.Long);
    private static readonly Statement SetHead = new("UPDATE log_head SET seq = $1, hash = $2", SqlType.Long, SqlType.Text);
    private static readonly Statement Rehash = new("UPDATE security_logs SET prev_hash = $1, hash = $2 WHERE seq = $3", SqlType.Text, SqlType.Text, SqlType.Long);
    private static readonly Statement SwapPayloads = new(
        $"UPDATE security_logs SET ({string.Join(", ", Content)}) = (SELECT {string.Join(", ", Content)} FROM good_logs WHERE seq = $2) WHERE seq = $1",
        SqlType.Long, SqlType.Long);
    private static readonly string Placeholders = string.Join(", ", Enumerable.Range(1, Columns.Length).Select(i => $"${i}"));
    private static readonly Dictionary<string, Statement> Replace = new()
    {
        ["sqlite"] = new(
            $"INSERT OR REPLACE INTO security_logs (id, {LogColumns.All}) VALUES ((SELECT id FROM good_logs WHERE seq = $1), {Placeholders})", Types),
        ["postgresql"] = new(
            $"INSERT INTO security_logs (id, {LogColumns.All}) VALUES ((SELECT id FROM good_logs WHERE seq = $1), {Placeholders}) " +
            $"ON CONFLICT (id) DO UPDATE SET {string.Join(", ", Columns.Select(c => $"{c} = excluded.{c}"))}",
            Types),
    };

    private LogRow Last => rows[^1];

    public Mutation Next() => random.Next(20) switch
    {
        0 or 1 or 2 => Edit(),
        3 or 4 => EditWithRightHash(),
        5 => InsertOrReplace(),
        6 or 7 => DeleteRows(),
        8 => DeleteAndCloseUp(),
        9 or 10 => Truncate(),
        11 or 12 => Insert(),
        13 => Swap(),
        14 => Duplicate(),
        15 => EditHead(),
        16 => RewritePart(),
        17 => Yesterday(),
        _ => Rewrite(),
    };

    public Mutation Edit(string? only = null)
    {
        var (row, column) = (Any(), only ?? Columns[random.Next(Columns.Length)]);
        if (column != "seq") return new($"edit {column}", row.Seq, s => s.Execute(Sets[column], Other(row, column), row.Seq));
        long to = random.Next(-3, (int)Last.Seq + 10);
        if (to == row.Seq) to = Last.Seq + 10;
        return new("edit seq", to >= 1 ? Math.Min(row.Seq, to) : row.Seq, s => s.Execute(Renumber, row.Seq, to));
    }

    private Mutation EditWithRightHash()
    {
        var row = Any();
        var forged = Forged(row);
        return new("edit with right hash", row.Seq, s => Put(s, forged)) { IsWhole = false };
    }

    private Mutation InsertOrReplace()
    {
        var row = Any();
        var forged = Forged(row);
        if (random.Next(2) == 0) forged = forged with { Hash = row.Hash };
        return new("insert or replace", row.Seq, s => s.Execute(Replace[engine], LogColumns.Values(forged)));
    }

    private Mutation DeleteRows()
    {
        var row = Any();
        var to = Math.Min(row.Seq + random.Next(3), Last.Seq);
        return new("delete", row.Seq, s => s.Execute(Delete, row.Seq, to));
    }

    private Mutation DeleteAndCloseUp()
    {
        var row = Any();
        return new("delete and close up", row.Seq, s =>
        {
            s.Execute(Delete, row.Seq, row.Seq);
            s.Execute(MoveDown, row.Seq);
            if (row.Seq < Last.Seq) s.Execute(SetHead, Last.Seq - 1, Last.Hash);
        });
    }

    private Mutation Truncate()
    {
        var row = Any();
        return new("truncate", row.Seq, s => s.Execute(Delete, row.Seq, Last.Seq));
    }

    private Mutation Yesterday()
    {
        var row = Any();
        return new("yesterday's log and head", row.Seq, s =>
        {
            s.Execute(Delete, row.Seq, Last.Seq);
            var head = row.Seq == 1 ? LogHead.Empty : new LogHead(row.Seq - 1, row.PrevHash);
            s.Execute(SetHead, head.Seq, head.Hash);
        })
        { IsWhole = true };
    }

    private Mutation Insert()
    {
        var row = Any();
        var fresh = Forged(row, insert: true);
        if (random.Next(3) == 0) fresh = fresh with { Hash = row.Hash };
        return random.Next(2) == 0
            ? new("insert under a number that is there", row.Seq, s => s.Execute(LogColumns.Insert, LogColumns.Values(fresh)))
            : new("insert and move up", row.Seq, s =>
            {
                s.Execute(MoveUp, row.Seq);
                s.Execute(LogColumns.Insert, LogColumns.Values(fresh));
                if (random.Next(2) == 0) s.Execute(SetHead, Last.Seq + 1, Last.Hash);
            });
    }

    private Mutation Swap()
    {
        var (one, other) = (Any(), Any());
        while (other.Seq == one.Seq) other = Any();
        var first = Math.Min(one.Seq, other.Seq);
        if (random.Next(2) == 0)
        {
            return new("swap payloads", first, s =>
            {
                s.Execute(SwapPayloads, one.Seq, other.Seq);
                s.Execute(SwapPayloads, other.Seq, one.Seq);
            });
        }

        return new("swap rows", first, s =>
        {
            s.Execute(Renumber, one.Seq, -1L);
            s.Execute(Renumber, other.Seq, one.Seq);
            s.Execute(Renumber, -1L, other.Seq);
        });
    }

    private Mutation Duplicate()
    {
        var row = Any();
        switch (random.Next(3))
        {
            case 0:
                return new("duplicate", row.Seq, s => s.Execute(LogColumns.Insert, LogColumns.Values(row)));
            case 1:
                return new("duplicate at the end", Last.Seq + 1, s => s.Execute(LogColumns.Insert, LogColumns.Values(row with { Seq = Last.Seq + 1 })));
            default:
                return new("duplicate and move up", row.Seq + 1, s =>
                {
                    s.Execute(MoveUp, row.Seq + 1);
                    s.Execute(LogColumns.Insert, LogColumns.Values(row with { Seq = row.Seq + 1 }));
                    s.Execute(SetHead, Last.Seq + 1, Last.Hash);
                });
        }
    }

    private Mutation EditHead()
    {
        var row = Any();
        return random.Next(3) switch
        {
            0 => new("edit the head's hash", Last.Seq, s => s.Execute(SetHead, Last.Seq, row.PrevHash)) { IsRange = true },
            1 => new("move the head ahead", Last.Seq + 1, s => s.Execute(SetHead, Last.Seq + 1, row.Hash)),
            _ => new("move the head back", row.Seq, s => s.Execute(SetHead, row.Seq - 1, row.PrevHash)),
        };
    }

    private Mutation Rewrite()
    {
        var row = Any();
        var moveHead = random.Next(4) != 0;
        return new(moveHead ? "rewrite with right hashes" : "rewrite, head forgotten", row.Seq, s =>
        {
            var last = Chain(s, row, Last.Seq);
            if (moveHead) s.Execute(SetHead, last.Seq, last.Hash);
        })
        { IsWhole = moveHead, IsRange = true };
    }

    private Mutation RewritePart()
    {
        var row = Any();
        var to = Math.Min(row.Seq + random.Next(1, 30), Last.Seq);
        return new("rewrite a part", row.Seq, s => Chain(s, row, to)) { IsRange = true };
    }

    /// <summary>Changes <paramref name="from"/> and hashes all from there to <paramref name="to"/> anew.</summary>
    private LogRow Chain(DbSession session, LogRow from, long to)
    {
        var row = Forged(from);
        Put(session, row);
        for (var seq = from.Seq + 1; seq <= to; seq++)
        {
            var next = rows[(int)seq - 1] with { PrevHash = row.Hash };
            row = next with { Hash = HashChain.Of(next) };
            session.Execute(Rehash, row.PrevHash, row.Hash, row.Seq);
        }

        return row;
    }

    private static void Put(DbSession session, LogRow row)
    {
        var values = LogColumns.Values(row);
        for (var i = 1; i < Columns.Length; i++) session.Execute(Sets[Columns[i]], values[i], row.Seq);
    }

    private LogRow Forged(LogRow row, bool insert = false)
    {
        var forged = insert
            ? row with { ChangeId = Change.NewId(), EntityType = null, EntityId = null, EntityVersion = null, EventDescription = "Nothing to see here" }
            : random.Next(3) switch
            {
                0 => row with { EventDescription = row.EventDescription + "!" },
                1 => row with { UserId = (row.UserId ?? 0) + 1, Username = "somebody.else" },
                _ => row with { CreatedAt = row.CreatedAt.AddMilliseconds(-1), IpAddress = null, UserAgent = "?" },
            };
        return forged with { Hash = HashChain.Of(forged) };
    }

    private object? Other(LogRow row, string column)
    {
        var value = LogColumns.Values(row)[Array.IndexOf(Columns, column)];
        var optional = column is "user_id" or "username" or "user_role" or "target_user_id" or "target_username" or "ip_address" or "user_agent"
            or "additional_data" or "entity_type" or "entity_id" or "entity_version";
        if (value is not null && optional && random.Next(3) == 0) return null;
        return Types[Array.IndexOf(Columns, column)] switch
        {
            SqlType.Int => (int?)value + 1 ?? 1,
            SqlType.Long => (long?)value + 1 ?? 1L,
            SqlType.Time => ((DateTimeOffset)value!).AddMilliseconds(random.Next(1, 1000)),
            _ => value is string { Length: > 0 } text && random.Next(2) == 0 ? Flip(text) : value + "x",
        };
    }

    private string Flip(string text)
    {
        var at = random.Next(text.Length);
        return string.Concat(text.AsSpan(0, at), text[at] == 'a' ? "b" : "a", text.AsSpan(at + 1));
    }

    private LogRow Any() => rows[random.Next(rows.Count)];
}
