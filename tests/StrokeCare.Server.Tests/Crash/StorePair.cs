namespace StrokeCare.Server.Tests.Crash;

/// <summary>Where accounts and log are, and where patients are: the four pairs that ship.</summary>
internal sealed record StorePair(string Name, bool Postgres, bool Mongo)
{
    /// <summary>Accounts are in MongoDB too.</summary>
    public bool MongoUsers { get; init; }

    public static StorePair Sqlite { get; } = new("sqlite", Postgres: false, Mongo: false);

    public static StorePair PostgreSql { get; } = new("postgres", Postgres: true, Mongo: false);

    public static StorePair SqliteMongo { get; } = new("sqlite+mongo", Postgres: false, Mongo: true);

    public static StorePair PostgreSqlMongo { get; } = new("postgres+mongo", Postgres: true, Mongo: true);

    public static StorePair SqliteMongoUsers { get; } = new("sqlite+mongo+users", Postgres: false, Mongo: true) { MongoUsers = true };

    public static IReadOnlyList<StorePair> All { get; } = [Sqlite, PostgreSql, SqliteMongo, PostgreSqlMongo];

    /// <summary>With the one on which accounts are crashed as well.</summary>
    public static IReadOnlyList<StorePair> OfAccounts { get; } = [.. All, SqliteMongoUsers];

    public override string ToString() => Name;
}
