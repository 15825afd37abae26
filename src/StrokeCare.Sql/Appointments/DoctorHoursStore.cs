using System.Data.Common;
using System.Text.Json;
using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Changes;
using StrokeCare.Sql.Audit;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Sql.Appointments;

/// <summary>When doctors work. The row of a doctor holds the version of the days off as well.</summary>
internal sealed class DoctorHoursStore(Writer writer, Readers readers, LogAppend append, Signal appended) : IDoctorHoursStore
{
    // In one statement: read one after the other the two could be of different versions.
    private static readonly Statement OfDoctor = new(
        """
        SELECT version, spans, updated_at, date, note FROM working_hours AS hours LEFT JOIN days_off AS days ON days.doctor_id = hours.doctor_id
        WHERE hours.doctor_id = $1 ORDER BY date
        """,
        SqlType.Int);

    // The first version is inserted; any other needs the one before it.
    private static readonly Statement Write = new(
        """
        INSERT INTO working_hours (doctor_id, version, spans, updated_at)
        SELECT $1, $2, $3, $4 WHERE $2 = 1 OR EXISTS (SELECT 1 FROM working_hours WHERE doctor_id = $1)
        ON CONFLICT (doctor_id) DO UPDATE SET version = excluded.version, spans = excluded.spans, updated_at = excluded.updated_at
            WHERE working_hours.version = excluded.version - 1
        """,
        SqlType.Int, SqlType.Long, SqlType.Text, SqlType.Long);

    private static readonly Statement ForgetDaysOff = new("DELETE FROM days_off WHERE doctor_id = $1", SqlType.Int);

    private static readonly Statement AddDayOff = new("INSERT INTO days_off (doctor_id, date, note) VALUES ($1, $2, $3)", SqlType.Int, SqlType.Date, SqlType.Text);

    public async Task<WorkingHours> FindAsync(UserId doctor, CancellationToken ct)
    {
        var rows = await readers.QueryAsync(
            OfDoctor, row => (Hours: Read(row, doctor), Day: row.Date(3) is { } date ? new DayOff(date, row.Text(4)) : (DayOff?)null), [doctor.Value], ct);
        if (rows.Count == 0) return new() { DoctorId = doctor };
        return rows[0].Hours with { DaysOff = [.. rows.Select(row => row.Day).OfType<DayOff>()] };
    }

    public async Task<bool> UpdateAsync(WorkingHours next, Change change, CancellationToken ct)
    {
        var spans = JsonSerializer.Serialize(next.Spans, SqlJson.Default.IReadOnlyListWorkingSpan);
        var days = next.DaysOff.Select(day => new object?[] { next.DoctorId.Value, day.Date, day.Note }).ToList();
        var updated = await writer.AppendAsync(
            session =>
            {
                Failpoint.Hit(SqlFailpoints.HoursBeforeWrite);
                if (session.Execute(Write, next.DoctorId.Value, next.Version, spans, next.UpdatedAt!.Value.ToUnixTimeMilliseconds()) == 0)
                    return session.MayHaveCommitted && LogAppend.IsLogged(session, change);
                session.Execute(ForgetDaysOff, next.DoctorId.Value);
                if (days.Count > 0) session.ExecuteMany(AddDayOff, days);
                Failpoint.Hit(SqlFailpoints.HoursAfterWrite);
                append.Append(session, [change]);
                return true;
            },
            ct);
        if (updated) appended.Raise();
        return updated;
    }

    private static WorkingHours Read(DbDataReader row, UserId doctor) => new()
    {
        DoctorId = doctor,
        Version = row.GetInt64(0),
        Spans = JsonSerializer.Deserialize(row.GetString(1), SqlJson.Default.IReadOnlyListWorkingSpan)!,
        UpdatedAt = row.Milliseconds(2),
    };
}
