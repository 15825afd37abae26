using MongoDB.Bson;
using StrokeCare.Appointments;

namespace StrokeCare.Mongo.Appointments;

/// <summary>
/// The cells that an appointment owns, of its doctor's time and of its patient's: two arrays, each with its unique index.
/// One array would not do: an appointment that shares its doctor's time with another would then not own its patient's.
/// </summary>
internal sealed record OwnedTime(IReadOnlyList<int> OfDoctor, IReadOnlyList<int> OfPatient)
{
    /// <summary>Nothing: what is not active takes no time.</summary>
    public static OwnedTime None { get; } = new([], []);

    /// <summary>All that it covers, or, where others own some of it, the rest.</summary>
    public static OwnedTime Of(Appointment appointment, IReadOnlyCollection<StoredAppointment> others)
    {
        var doctors = others.Where(other => other.Appointment.DoctorId == appointment.DoctorId).SelectMany(other => other.Owned.OfDoctor).ToHashSet();
        var patients = others.Where(other => other.Appointment.PatientId == appointment.PatientId).SelectMany(other => other.Owned.OfPatient).ToHashSet();
        return new([.. appointment.Cells.Where(cell => !doctors.Contains(cell))], [.. appointment.Cells.Where(cell => !patients.Contains(cell))]);
    }

    public static OwnedTime Read(BsonDocument document) => new(Cells(document, AppointmentFields.Cells), Cells(document, AppointmentFields.PatientCells));

    public bool IsAllOf(Appointment appointment) => OfDoctor.Count == appointment.Cells.Count && OfPatient.Count == appointment.Cells.Count;

    public bool IsSameAs(OwnedTime other) => OfDoctor.SequenceEqual(other.OfDoctor) && OfPatient.SequenceEqual(other.OfPatient);

    /// <summary>An array is never empty: the index would have an entry for it.</summary>
    public IEnumerable<(string Name, BsonValue? Value)> Fields(Appointment appointment) =>
    [
        (AppointmentFields.Cells, OfDoctor.Count == 0 ? null : new BsonArray(OfDoctor)),
        (AppointmentFields.PatientCells, OfPatient.Count == 0 ? null : new BsonArray(OfPatient)),
        (AppointmentFields.Shares, IsAllOf(appointment) ? null : BsonBoolean.True),
    ];

    private static int[] Cells(BsonDocument document, string name) =>
        document.TryGetValue(name, out var value) && value is BsonArray array ? [.. array.Select(cell => cell.ToInt32())] : [];
}
