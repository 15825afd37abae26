using StrokeCare.Tests;

namespace StrokeCare.Server.Tests.Support;

/// <summary>The pairs of stores the product ships: relational, and clinical.</summary>
public enum Pair
{
    Sqlite,
    PostgreSql,
    SqliteMongo,
    PostgreSqlMongo,

    /// <summary>Accounts in MongoDB as well; sessions and log in SQLite.</summary>
    SqliteMongoUsers,
}

public static class Pairs
{
    /// <summary>All of them, or those that STROKECARE_PAIRS names.</summary>
    public static TheoryData<Pair> All { get; } = Named(Environment.GetEnvironmentVariable("STROKECARE_PAIRS"));

    public static bool UsesPostgreSql(this Pair pair) => pair is Pair.PostgreSql or Pair.PostgreSqlMongo;

    public static bool UsesMongo(this Pair pair) => pair is Pair.SqliteMongo or Pair.PostgreSqlMongo or Pair.SqliteMongoUsers;

    /// <summary>Skips the test, or fails it where engines are required, when this machine lacks one of the pair.</summary>
    public static void Require(this Pair pair)
    {
        if (pair.UsesPostgreSql()) TestEngines.RequirePostgres();
        if (pair.UsesMongo()) TestEngines.RequireMongo();
    }

    private static TheoryData<Pair> Named(string? names) =>
        string.IsNullOrEmpty(names) ? [.. Enum.GetValues<Pair>()] : [.. names.Split(',').Select(name => Enum.Parse<Pair>(name, ignoreCase: true))];
}
