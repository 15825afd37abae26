using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Appointments;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Mongo.Changes;

namespace StrokeCare.Mongo.Appointments;

/// <summary>
/// Appointments that override others, after a write: each claims of the time it covers what has become free. That is an
/// update of its own, so another booking may come in between and take the time first; then the appointment names it among
/// those it overrides, as a change of its own. Safe to repeat: a look that finds nothing to do writes nothing. What a dead
/// process left is found by the mark that a document bears while it covers time of others.
/// </summary>
internal sealed class SharedTime(AppointmentCollection appointments, ChangeSignal changed, TimeProvider time)
{
    private static FilterDefinitionBuilder<BsonDocument> Filter => Builders<BsonDocument>.Filter;

    /// <summary>For those that share the time which this one has let go of. It is done: what cannot be claimed now is left to the recovery.</summary>
    public async Task InheritAsync(Appointment freed) => await QuietlyAsync(async () =>
    {
        foreach (var one in await appointments.AroundAsync(freed, CancellationToken.None))
        {
            if (!one.Owned.IsAllOf(one.Appointment)) await ClaimAsync(one.Appointment.Id, CancellationToken.None);
        }
    });

    /// <summary>For these themselves, likewise.</summary>
    public Task SettleAsync(IEnumerable<AppointmentId> ids) => QuietlyAsync(async () =>
    {
        foreach (var id in ids) await ClaimAsync(id, CancellationToken.None);
    });

    /// <summary>For all that are marked and not over; answers how many of them it changed.</summary>
    public async Task<int> RepairAsync(DateTimeOffset now, CancellationToken ct)
    {
        var repaired = 0;
        foreach (var id in await MarkedAsync(now - AppointmentRules.Longest, ct)) repaired += await ClaimAsync(id, ct) ? 1 : 0;
        return repaired;
    }

    /// <summary>Makes one own what it covers, as far as that is free, and nothing else. True: it wrote.</summary>
    public Task<bool> MendAsync(AppointmentId id, CancellationToken ct) => ClaimAsync(id, ct);

    private async Task<List<AppointmentId>> MarkedAsync(DateTimeOffset from, CancellationToken ct)
    {
        var inOrder = Builders<BsonDocument>.Sort.Ascending(AppointmentFields.StartsAt);
        var ids = Builders<BsonDocument>.Projection.Include(AppointmentFields.Id);
        var filter = Filter.Exists(AppointmentFields.Shares) & Filter.Gt(AppointmentFields.StartsAt, BsonFields.Of(from));
        var found = await appointments.Connection.ReadAsync(
            token => appointments.Documents.Find(filter, new FindOptions { Hint = AppointmentCollection.BySharing }).Sort(inOrder).Project(ids).ToListAsync(token), ct);
        return found.ConvertAll(document => new AppointmentId(document[AppointmentFields.Id].AsObjectId.ClinicalId()));
    }

    // True: it wrote.
    private async Task<bool> ClaimAsync(AppointmentId id, CancellationToken ct)
    {
        for (var attempt = 1; attempt <= Contention.Attempts; attempt++)
        {
            var stored = await appointments.FindAsync(id, ct);
            if (stored is null) return false;
            var around = stored.Appointment.IsActive ? await appointments.AroundAsync(stored.Appointment, ct) : [];
            var next = AlsoOverriding(stored.Appointment, around);
            var owned = OwnedTime.Of(next, around);
            if (owned.IsSameAs(stored.Owned) && next == stored.Appointment) return false;
            if (await TryAsync(stored.Appointment, next, owned)) return true;
            await Contention.WaitAsync(attempt, time, ct);
        }

        throw Contention.TooMuch(id);
    }

    private async Task<bool> TryAsync(Appointment stored, Appointment next, OwnedTime owned)
    {
        var write = new Write(ObjectId.GenerateNewId(), time.GetUtcNow());
        var update = next == stored ? AppointmentDocument.Own(next, owned) : AppointmentDocument.Next(next, owned, ChangeOf(next), write);
        try
        {
            Failpoint.Hit(MongoFailpoints.AppointmentClaimBefore);
            var result = await appointments.Connection.WriteAsync(
                ct => appointments.Documents.UpdateOneAsync(VersionGuard.Of(next.Id.Value.ObjectId(), stored.Version), update, null, ct));
            Failpoint.Hit(MongoFailpoints.AppointmentClaimAfter);
            if (result.MatchedCount == 1 && next != stored) changed.Raise();
            return result.MatchedCount == 1;
        }
        catch (MongoWriteException failed) when (MongoOutage.IsDuplicate(failed))
        {
            return false;
        }
        catch (Exception outage) when (MongoOutage.Is(outage))
        {
            // Whether it was written or not, the next repair finds what is left to do.
            throw MongoConnection.Unavailable($"did not answer to a claim of the time of appointment {next.Id}", outage);
        }
    }

    /// <summary>The next version, if time it covers has been taken by others than those that it, or they, override; else itself.</summary>
    private Appointment AlsoOverriding(Appointment appointment, IReadOnlyCollection<StoredAppointment> around)
    {
        if (appointment.Overrides.Count == 0) return appointment;
        var unnamed = around.Where(one => !one.Appointment.Overrides.Contains(appointment.Id)).Select(one => one.Busy).InTheWayOf(appointment);
        return unnamed.Count == 0 ? appointment : appointment.AlsoOverriding(unnamed.Select(one => one.Id), time.GetUtcNow());
    }

    private Change ChangeOf(Appointment next) => AuditTrail.AlsoOverridden(next, time.GetUtcNow());

    private static async Task QuietlyAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception outage) when (outage is StoreUnavailableException || MongoOutage.Is(outage))
        {
            // The write that this follows is durable and answered as such; the mark stays, and the recovery finds it.
        }
    }
}
