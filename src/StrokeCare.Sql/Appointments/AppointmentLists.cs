using System.Globalization;
using StrokeCare.Appointments;
using StrokeCare.Patients;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Sql.Appointments;

/// <summary>The list queries, one statement per combination of filters and direction; each is a stretch of an index that ends with the order of the list.</summary>
internal sealed class AppointmentLists(Dialect dialect)
{
    private const int Directions = 1 << 6;

    private readonly Statement[] statements = [.. Enumerable.Range(0, 2 * Directions).Select(which => Build(dialect, which))];

    public (Statement Statement, object?[] Values) For(AppointmentFilter filter)
    {
        object?[][] parts =
        [
            filter.DoctorId is { } doctor ? [doctor.Value] : [],
            filter.PatientId is { } patient ? [patient.ToString()] : [],
            filter.Status is { } status ? [Spelling.Of(status)] : [],
            filter.From is { } from ? [from.ToUnixTimeMilliseconds()] : [],
            filter.To is { } to ? [to.ToUnixTimeMilliseconds()] : [],
            filter.Behind is { } behind ? [behind.StartsAt.ToUnixTimeMilliseconds(), behind.Id.ToString()] : [],
        ];
        var which = filter.Descending ? Directions : 0;
        for (var i = 0; i < parts.Length; i++) which |= parts[i].Length > 0 ? 1 << i : 0;
        return (statements[which], [.. parts.SelectMany(part => part), filter.Limit]);
    }

    private static Statement Build(Dialect dialect, int which)
    {
        var descending = (which & Directions) != 0;
        // Of a patient's few appointments those with one doctor are picked out; PostgreSQL would fetch all of the doctor's as well.
        var doctor = (which & 0b10) == 0 ? "doctor_id = ${0}" : "doctor_id + 0 = ${0}";
        (string Condition, SqlType[] Types)[] parts =
        [
            (doctor, [SqlType.Int]), ("patient_id = ${0}", [SqlType.Text]), ("status = ${0}", [SqlType.Text]),
            ("starts_at >= ${0}", [SqlType.Long]), ("starts_at < ${0}", [SqlType.Long]),
            (descending ? "(starts_at, id) < (${0}, ${1})" : "(starts_at, id) > (${0}, ${1})", [SqlType.Long, SqlType.Text]),
        ];
        List<string> conditions = [];
        List<SqlType> types = [];
        for (var i = 0; i < parts.Length; i++)
        {
            if ((which & 1 << i) == 0) continue;
            conditions.Add(string.Format(CultureInfo.InvariantCulture, parts[i].Condition, types.Count + 1, types.Count + 2));
            types.AddRange(parts[i].Types);
        }

        types.Add(SqlType.Int);
        var where = conditions.Count == 0 ? "" : " WHERE " + string.Join(" AND ", conditions);
        var table = dialect.By("appointments", IndexOf(which & 0b111));
        var order = descending ? "starts_at DESC, id DESC" : "starts_at, id";
        return new(
            string.Create(CultureInfo.InvariantCulture, $"SELECT {AppointmentColumns.Names} FROM {table}{where} ORDER BY {order} LIMIT ${types.Count}"), [.. types]);
    }

    // By doctor, patient and status.
    private static string IndexOf(int filters) => "idx_appointments" + filters switch
    {
        0 => "_starts",
        0b100 => "_status",
        _ => ((filters & 0b10) == 0 ? "_doctor" : "_patient") + ((filters & 0b100) == 0 ? "" : "_status"),
    };
}
