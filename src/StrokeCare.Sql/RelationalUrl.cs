using Microsoft.Data.Sqlite;
using Npgsql;

namespace StrokeCare.Sql;

/// <summary>
/// DATABASE_URL in the seed's forms: <c>sqlite:///relative.db</c>, <c>sqlite:////absolute.db</c>,
/// <c>postgresql://user:pass@host[:port]/db[?option=value]</c> (also <c>postgres://</c>). It never prints its password.
/// </summary>
public sealed class RelationalUrl
{
    public const string Setting = "DATABASE_URL";
    public const string Default = "sqlite:///instance/stroke_care.db";

    private RelationalUrl(string engineName, string connectionString, string shown) =>
        (EngineName, ConnectionString, this.shown) = (engineName, connectionString, shown);

    private readonly string shown;

    /// <summary>sqlite or postgresql.</summary>
    public string EngineName { get; }

    /// <summary>For SQLite the file's path comes from <see cref="File"/>; this is what the driver reads.</summary>
    internal string ConnectionString { get; }

    /// <summary>The database file; null for PostgreSQL.</summary>
    public string? File { get; private init; }

    /// <exception cref="FormatException">The text is none of the forms; the message names <paramref name="setting"/> and no password.</exception>
    public static RelationalUrl Parse(string text, string setting = Setting)
    {
        if (text.StartsWith("sqlite:///", StringComparison.OrdinalIgnoreCase)) return Sqlite(text["sqlite:///".Length..], setting);
        if (text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase))
            return PostgreSql(text, setting);
        throw Refused(setting, "it begins with none of sqlite:///, postgresql:// and postgres://");
    }

    public override string ToString() => shown;

    private static RelationalUrl Sqlite(string rest, string setting)
    {
        var path = Uri.UnescapeDataString(rest.Split('?', 2)[0]);
        if (path.Length == 0) throw Refused(setting, "it names no file");
        if (path.Contains(":memory:", StringComparison.Ordinal)) throw Refused(setting, "a database in memory keeps nothing");
        var file = Path.GetFullPath(path);
        var connection = new SqliteConnectionStringBuilder { DataSource = file, Pooling = false };
        return new("sqlite", connection.ConnectionString, $"sqlite:///{path}") { File = file };
    }

    private static RelationalUrl PostgreSql(string text, string setting)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url)) throw Refused(setting, "it is not a URL (escape special characters of the password)");
        var user = url.UserInfo.Split(':', 2);
        var database = Uri.UnescapeDataString(url.AbsolutePath.Trim('/'));
        if (url.Host.Length == 0 || user[0].Length == 0 || database.Length == 0)
            throw Refused(setting, "user, host and database are all needed: postgresql://user:password@host[:port]/database");
        var connection = new NpgsqlConnectionStringBuilder
        {
            Host = url.Host,
            Port = url.Port > 0 ? url.Port : 5432,
            Username = Uri.UnescapeDataString(user[0]),
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
            Database = database,
            // The driver's 15 seconds are longer than any caller waits. connect_timeout overrides it.
            Timeout = 5,
        };
        foreach (var option in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)) AddOption(connection, option, setting);
        return new("postgresql", connection.ConnectionString, $"postgresql://{user[0]}@{url.Host}:{connection.Port}/{database}");
    }

    // libpq spells them sslmode and connect_timeout; Npgsql takes SslMode and, with blanks for underscores, most of the rest.
    private static void AddOption(NpgsqlConnectionStringBuilder connection, string option, string setting)
    {
        var pair = option.Split('=', 2);
        var name = Uri.UnescapeDataString(pair[0]);
        var value = pair.Length > 1 ? Uri.UnescapeDataString(pair[1]) : "";
        try
        {
            connection[name switch
            {
                "connect_timeout" => "Timeout",
                "sslrootcert" => "Root Certificate",
                _ => name.Replace('_', ' '),
            }] = name == "sslmode" ? value.Replace("-", "", StringComparison.Ordinal) : value;
        }
        catch (Exception unknown) when (unknown is ArgumentException or FormatException or KeyNotFoundException)
        {
            throw Refused(setting, $"the option {name} is unknown or its value wrong");
        }
    }

    private static FormatException Refused(string setting, string why) => new($"{setting} cannot be read: {why}.");
}
