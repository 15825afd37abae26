using System.Runtime.CompilerServices;
using MongoDB.Driver;
using StrokeCare.Appointments;
using StrokeCare.Consistency;
using StrokeCare.Mongo.Appointments;

namespace StrokeCare.Mongo.Consistency;

/// <summary>The cells in each appointment's document against what it covers. Both are in one document: one look is enough.</summary>
internal sealed class CellFaults(AppointmentCollection appointments, SharedTime shared)
{
    private const int PageSize = 500;

    public async IAsyncEnumerable<ConsistencyFinding> FindAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var (_, finding) in FaultyAsync(ct)) yield return finding;
    }

    public async Task<int> RepairAsync(CancellationToken ct)
    {
        var mended = 0;
        await foreach (var (id, _) in FaultyAsync(ct)) mended += await shared.MendAsync(id, ct) ? 1 : 0;
        return mended;
    }

    private async IAsyncEnumerable<(AppointmentId Id, ConsistencyFinding Finding)> FaultyAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var whole = Builders<MongoDB.Bson.BsonDocument>.Projection.Exclude("pending");
        await foreach (var page in DocumentPages.ReadAsync(appointments.Connection, appointments.Documents, whole, PageSize, ct))
        {
            foreach (var stored in page.Select(document => new StoredAppointment(document)))
            {
                if (new OwnedCells(stored.Owned.OfDoctor, stored.Owned.OfPatient).Fault(stored.Appointment) is { } fault) yield return (stored.Appointment.Id, fault);
            }
        }
    }
}
