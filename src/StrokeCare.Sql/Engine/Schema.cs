using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DbUp.Engine;
using DbUp.Support;
using Microsoft.Extensions.Logging;

namespace StrokeCare.Sql.Engine;

/// <summary>
/// The numbered scripts of one dialect, never edited once shipped, and those that run after every migration (triggers).
/// DbUp runs them; a database that has this very set is left alone, so an ordinary start costs one query.
/// </summary>
internal sealed class Schema(Dialect dialect, Readers readers, ILogger logger)
{
    private static readonly Statement Applied = new("SELECT schema_version, scripts_hash FROM deployment WHERE id = 1");

    private readonly SqlScript[] scripts = [.. Embedded(dialect.ScriptFolder)];

    public int Version => scripts.Count(s => s.SqlScriptOptions.ScriptType == ScriptType.RunOnce);

    private string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', scripts.Select(s => s.Name + '\n' + s.Contents)))));

    public async Task<bool> IsCurrentAsync(CancellationToken ct)
    {
        if (!dialect.DatabaseExists) return false;
        if (await readers.FirstAsync(dialect.TableExists, _ => true, ["deployment"], ct) is false) return false;
        var (version, hash) = await readers.FirstAsync(Applied, row => (row.GetInt32(0), row.GetString(1)), [], ct);
        if (version > Version) throw new InvalidOperationException($"The database has schema version {version}, newer than this program's {Version}.");
        return version == Version && hash == Hash;
    }

    /// <summary>Brings the database to this program's schema; does nothing when it is there.</summary>
    public async Task MigrateAsync(RelationalUrl portal, RelationalUrl owner, CancellationToken ct)
    {
        await using var target = await dialect.MigrationTargetAsync(owner, ct);
        if (ReferenceEquals(owner, portal) && await IsCurrentAsync(ct)) return;
        SqlScript[] all = [.. scripts, Always("~deployment", Stamp()), .. dialect.GrantsFor(portal, owner) is { } grants ? [Always("~grants", grants)] : Array.Empty<SqlScript>()];
        var engine = target.Builder.WithScripts(all).WithTransaction().WithVariablesDisabled().LogToNowhere().Build();
        var result = await Task.Run(engine.PerformUpgrade, ct);
        if (!result.Successful)
            throw new InvalidOperationException($"The migration failed at script {result.ErrorScript?.Name ?? "(none)"} and changed nothing.", result.Error);
        Log.Migrated(logger, dialect.EngineName, Version);
    }

    /// <exception cref="InvalidOperationException">The schema is another than this program's, or a guard of the log is not the one it ships.</exception>
    public async Task EnsureCurrentAsync(CancellationToken ct)
    {
        if (!await IsCurrentAsync(ct))
            throw new InvalidOperationException($"The {dialect.EngineName} database is not at schema version {Version}: run strokecare migrate.");
        await Guards.EnsureAsync(dialect, readers, ct);
    }

    private string Stamp()
    {
        var id = RandomNumberGenerator.GetHexString(32, lowercase: true);
        return string.Create(CultureInfo.InvariantCulture, $"""
            INSERT INTO deployment (id, deployment_id, schema_version, scripts_hash) VALUES (1, '{id}', {Version}, '{Hash}')
            ON CONFLICT (id) DO UPDATE SET schema_version = excluded.schema_version, scripts_hash = excluded.scripts_hash
            """);
    }

    private static SqlScript Always(string name, string sql) =>
        new(name, sql, new SqlScriptOptions { ScriptType = ScriptType.RunAlways, RunGroupOrder = 2 });

    private static IEnumerable<SqlScript> Embedded(string folder)
    {
        var assembly = typeof(Schema).Assembly;
        var prefix = $"{assembly.GetName().Name}.Scripts.{folder}.";
        foreach (var resource in assembly.GetManifestResourceNames().Where(n => n.StartsWith(prefix, StringComparison.Ordinal) && n.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            var name = resource[prefix.Length..];
            var always = name.StartsWith("Always.", StringComparison.Ordinal);
            yield return new(name, reader.ReadToEnd(), new SqlScriptOptions
            {
                ScriptType = always ? ScriptType.RunAlways : ScriptType.RunOnce,
                RunGroupOrder = always ? 1 : 0,
            });
        }
    }

    private static class Log
    {
        private static readonly Action<ILogger, string, int, Exception?> MigratedMessage =
            LoggerMessage.Define<string, int>(LogLevel.Information, new EventId(1, "Migrated"), "The {Engine} database is at schema version {Version}");

        public static void Migrated(ILogger logger, string engine, int version) => MigratedMessage(logger, engine, version, null);
    }
}
