using MongoDB.Bson;
using MongoDB.Driver;
using StrokeCare.Changes;

namespace StrokeCare.Mongo.Patients;

/// <summary>Puts a tombstone under a reserved id: of it and a record inserted at the same time, the unique <c>_id</c> lets in one.</summary>
internal sealed class RefuseIds(PatientCollection patients, TimeProvider time)
{
    /// <summary>False: a record is there.</summary>
    public async Task<bool> RefuseAsync(ObjectId id, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        try
        {
            Failpoint.Hit(MongoFailpoints.RefuseBefore);
            await patients.Connection.WriteAsync(async token =>
            {
                await patients.Documents.InsertOneAsync(PatientDocument.Refused(id, time.GetUtcNow()), null, token);
                return true;
            });
            Failpoint.Hit(MongoFailpoints.RefuseAfter);
            return true;
        }
        catch (Exception unsure) when (unsure is MongoWriteException taken && MongoOutage.IsDuplicate(taken) || MongoOutage.Is(unsure))
        {
            var stored = await patients.StateAsync(id) ?? throw MongoConnection.Unavailable("did not answer to the refusal of an id; refusing it again is safe", unsure);
            return PatientDocument.IsRefused(stored.Document);
        }
    }
}
