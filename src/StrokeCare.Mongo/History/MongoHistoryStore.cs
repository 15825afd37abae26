using System.Runtime.CompilerServices;
using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Changes;
using StrokeCare.History;
using StrokeCare.Mongo.Changes;
using StrokeCare.Patients;

namespace StrokeCare.Mongo.History;

/// <summary>
/// Medical history in MongoDB. Every write is one operation on one document, which holds the change until it is in the
/// log. When a connection is lost the entry is looked up before anything is answered.
/// </summary>
internal sealed class MongoHistoryStore(HistoryCollection entries, ChangeSignal changed, TimeProvider time) : IHistoryStore
{
    /// <summary>So many times as many mentions are read as the time before, and never fewer than at a time: whoever came so far is likely to go on.</summary>
    private const int Further = 4;

    private static readonly ProjectionDefinition<BsonDocument> Whole = Builders<BsonDocument>.Projection.Exclude(PendingFields.Pending).Exclude(PendingFields.Since).Exclude(HistoryFields.SearchTerms);

    private static readonly ProjectionDefinition<BsonDocument> Patient = Builders<BsonDocument>.Projection.Include(HistoryFields.PatientId);

    private static FilterDefinitionBuilder<BsonDocument> Filter => Builders<BsonDocument>.Filter;

    public async Task<AddHistoryOutcome> AddAsync(HistoryEntry entry, Change change, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var write = ObjectId.GenerateNewId();
        try
        {
            Failpoint.Hit(MongoFailpoints.HistoryAddBeforeInsert);
            await entries.Connection.WriteAsync(async token =>
            {
                await entries.Documents.InsertOneAsync(HistoryDocument.New(entry, change, write, time.GetUtcNow()), null, token);
                return true;
            });
            Failpoint.Hit(MongoFailpoints.HistoryAddAfterInsert);
        }
        catch (MongoWriteException failed) when (MongoOutage.IsDuplicate(failed))
        {
            // The driver may have sent it twice: the first of the two was ours.
            if ((await entries.StateAsync(entry))?.WasWrittenBy(write) != true) return AddHistoryOutcome.AlreadyExists;
        }
        catch (Exception outage) when (MongoOutage.Is(outage))
        {
            var stored = await entries.StateAsync(entry) ?? throw MongoConnection.Unavailable("did not answer to a new history entry, and it is not there", outage);
            if (!stored.WasWrittenBy(write)) return AddHistoryOutcome.AlreadyExists;
        }

        changed.Raise();
        return AddHistoryOutcome.Added;
    }

    public async Task<AmendHistoryOutcome> AmendAsync(HistoryEntry next, Change change, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var write = ObjectId.GenerateNewId();
        if (!await TryAmendAsync(next, HistoryDocument.Next(next, change, write, time.GetUtcNow()), write))
        {
            var stored = await entries.StateAsync(next);
            if (stored is null) return AmendHistoryOutcome.Missing;
            if (!stored.WasWrittenBy(write))
            {
                if (stored.Version != next.Version - 1) return AmendHistoryOutcome.Stale;
                throw MongoConnection.Unavailable($"history entry {next.Id} waits for its changes to reach the log", null);
            }
        }

        changed.Raise();
        return AmendHistoryOutcome.Amended;
    }

    public async Task<HistoryEntry?> FindAsync(PatientId patient, HistoryEntryId id, CancellationToken ct)
    {
        var filter = Filter.Eq(HistoryFields.Id, id.Value.ObjectId()) & OfPatient(patient);
        var found = await entries.Connection.ReadAsync(token => entries.Documents.Find(filter).Project(Whole).FirstOrDefaultAsync(token), ct);
        return found is null ? null : HistoryDocument.Read(found);
    }

    // Behind a key come the entries of its date with lower ids, and then those of earlier dates. Each of the two is one
    // range of the index; asked for together they would be more than one, and the engine would read and sort them all.
    public async Task<IReadOnlyList<HistoryEntry>> ListAsync(HistoryFilter filter, CancellationToken ct)
    {
        var all = OfPatient(filter.Patient);
        if (filter.Behind is not { } behind) return await PageAsync(all, filter.Limit, ct);
        var date = BsonFields.Of(behind.RecordDate);
        var sameDate = await PageAsync(all & Filter.Eq(HistoryFields.RecordDate, date) & Filter.Lt(HistoryFields.Id, behind.Id.Value.ObjectId()), filter.Limit, ct);
        if (sameDate.Count == filter.Limit) return sameDate;
        // Not "before this date", where the engine would begin at the first key of the date itself and pass over all of them.
        var earlier = BsonFields.Of(behind.RecordDate.AddMilliseconds(-1));
        return [.. sameDate, .. await PageAsync(all & Filter.Lte(HistoryFields.RecordDate, earlier), filter.Limit - sameDate.Count, ct)];
    }

    public async Task<IReadOnlyList<HistoryEntry>> SearchAsync(HistorySearch search, CancellationToken ct) =>
        await FindAsync(OfPatient(search.Patient) & HistorySearches.Query(search), HistorySearches.Index, search.Limit, ct);

    public async IAsyncEnumerable<IReadOnlyList<PatientId>> PatientsAsync(HistoryMention mention, [EnumeratorCancellation] CancellationToken ct)
    {
        var query = HistorySearches.Query(mention);
        string? last = null;
        // Each read begins with the newest again. Behind a patient some servers would have all the rest sorted, and for a cursor
        // over all of them as well; from the beginning the index gives as many as are asked for, in order.
        for (var limit = Math.Min(mention.First, mention.Limit); ; limit = (int)Math.Min(Math.Max(HistoryMention.AtATime, (long)Further * limit), mention.Limit))
        {
            var most = limit;
            var some = await entries.Connection.ReadAsync(
                token => entries.Documents.Find(query, new FindOptions { Hint = HistorySearches.Index }).Sort(Builders<BsonDocument>.Sort.Descending(HistoryFields.PatientId))
                    .Limit(most).Project(Patient).ToListAsync(token),
                ct);
            var page = new List<PatientId>();
            foreach (var entry in some)
            {
                if (entry.Text(HistoryFields.PatientId) is not { } text || (last is not null && string.CompareOrdinal(text, last) >= 0)) continue;
                last = text;
                if (PatientId.TryParse(text, out var patient)) page.Add(patient);
            }

            yield return page;
            if (some.Count < limit || limit == mention.Limit) yield break;
        }
    }

    private Task<List<HistoryEntry>> PageAsync(FilterDefinition<BsonDocument> filter, int limit, CancellationToken ct) =>
        FindAsync(filter, HistoryCollection.List, limit, ct);

    private async Task<List<HistoryEntry>> FindAsync(FilterDefinition<BsonDocument> filter, string index, int limit, CancellationToken ct)
    {
        var newestFirst = Builders<BsonDocument>.Sort.Descending(HistoryFields.RecordDate).Descending(HistoryFields.Id);
        var found = await entries.Connection.ReadAsync(
            token => entries.Documents.Find(filter, new FindOptions { Hint = index }).Sort(newestFirst).Limit(limit).Project(Whole).ToListAsync(token), ct);
        return found.ConvertAll(HistoryDocument.Read);
    }

    private Task<bool> TryAmendAsync(HistoryEntry next, UpdateDefinition<BsonDocument> update, ObjectId write)
    {
        var guard = VersionGuard.Of(next.Id.Value.ObjectId(), next.Version - 1) & OfPatient(next.PatientId);
        return GuardedUpdate.TryAsync(
            async () =>
            {
                Failpoint.Hit(MongoFailpoints.HistoryAmendBefore);
                var result = await entries.Connection.WriteAsync(ct => entries.Documents.UpdateOneAsync(guard, update, null, ct));
                Failpoint.Hit(MongoFailpoints.HistoryAmendAfter);
                return result;
            },
            () => entries.StateAsync(next), write, next.Version, "a history entry");
    }

    private static FilterDefinition<BsonDocument> OfPatient(PatientId patient) => Filter.Eq(HistoryFields.PatientId, patient.ToString());
}
