using StrokeCare.Sql.Engine;

namespace StrokeCare.Sql;

/// <summary>What one deployment is: its id (the same in all its stores), the clinical store it uses, its schema, its maintenance epoch and the zone of its wall clock.</summary>
public sealed record DeploymentState(string Id, string? Stores, long MaintenanceEpoch, int SchemaVersion, string? TimeZone);

/// <summary>The row that ties a set of stores together. The id is made by the first migration.</summary>
public sealed class Deployment
{
    private static readonly Statement Get = new("SELECT deployment_id, stores, maintenance_epoch, schema_version, time_zone FROM deployment WHERE id = 1");

    private static readonly Statement Claim = new("UPDATE deployment SET stores = $1 WHERE id = 1 AND stores IS NULL", SqlType.Text);

    private static readonly Statement SetTimeZone = new("UPDATE deployment SET time_zone = $1 WHERE id = 1", SqlType.Text);

    private static readonly Statement Advance = new("UPDATE deployment SET maintenance_epoch = maintenance_epoch + 1 WHERE id = 1 RETURNING maintenance_epoch");

    private readonly Writer writer;
    private readonly Readers readers;

    internal Deployment(Writer writer, Readers readers) => (this.writer, this.readers) = (writer, readers);

    public async Task<DeploymentState> GetAsync(CancellationToken ct) =>
        await readers.FirstAsync(Get, row => new DeploymentState(row.GetString(0), row.Text(1), row.GetInt64(2), row.GetInt32(3), row.Text(4)), [], ct)
            ?? throw new InvalidOperationException("The deployment row is missing: run strokecare migrate.");

    /// <summary>
    /// Records that the clinical records live in <paramref name="stores"/> (for example <c>sqlite+mongodb</c>), once and for all.
    /// Data elsewhere would be forked, so another value than the recorded one is refused.
    /// </summary>
    /// <exception cref="InvalidOperationException">This deployment uses other stores.</exception>
    public async Task<DeploymentState> UseAsync(string stores, CancellationToken ct)
    {
        var state = await GetAsync(ct);
        if (state.Stores is null)
        {
            await writer.RunAsync(session => session.Execute(Claim, stores), ct);
            state = await GetAsync(ct);
        }

        return state.Stores == stores
            ? state
            : throw new InvalidOperationException($"This deployment keeps its records in {state.Stores}, not in {stores}. Correct the settings; they cannot be moved yet.");
    }

    /// <summary>From now on the clinic's wall clock hangs in this zone. Whether it may is for the caller to know.</summary>
    public Task UseTimeZoneAsync(string timeZone, CancellationToken ct) => writer.RunAsync(session => session.Execute(SetTimeZone, timeZone), ct);

    /// <summary>Raises the maintenance epoch; answers the new one.</summary>
    public Task<long> AdvanceMaintenanceEpochAsync(CancellationToken ct) => writer.RunAsync(session => session.First(Advance, row => row.GetInt64(0)), ct);
}
