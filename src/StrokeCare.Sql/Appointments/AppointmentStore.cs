using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Changes;
using StrokeCare.Patients;
using StrokeCare.Sql.Changes;
using StrokeCare.Sql.Engine;

namespace StrokeCare.Sql.Appointments;

/// <summary>
/// Appointments in the relational store. Row, cells and outbox row of a write are one transaction, and so is what others
/// inherit of the time it lets go of.
/// </summary>
internal sealed class AppointmentStore(Dialect dialect, Writer writer, Readers readers, ChangeSignal changed) : IAppointmentStore
{
    private static readonly string[] NeverUpdated = ["id", "patient_id", "created_by", "created_at"];

    private static readonly string Written = Assignments.Of(AppointmentColumns.All, NeverUpdated);

    private static readonly string Numbers = Dialect.Numbers(1, AppointmentColumns.All.Length);

    private static readonly SqlType[] Types = [.. AppointmentColumns.All.Select(c => c.Type)];

    private static readonly Statement ById = new($"SELECT {AppointmentColumns.Names} FROM appointments WHERE id = $1", SqlType.Text);

    private static readonly Statement IsLogged = new(
        "SELECT EXISTS (SELECT 1 FROM outbox WHERE change_id = $1) OR EXISTS (SELECT 1 FROM security_logs WHERE change_id = $1)", SqlType.Text);

    private static readonly Statement CountOfDoctor = new(
        "SELECT count(*) FROM appointments WHERE doctor_id = $1 AND status IN ('scheduled', 'arrived') AND starts_at > $2", SqlType.Int, SqlType.Long);

    private static readonly Statement OfDoctor = new(
        "SELECT id FROM appointments WHERE doctor_id = $1 AND status IN ('scheduled', 'arrived') AND starts_at > $2 ORDER BY starts_at, id LIMIT $3",
        SqlType.Int, SqlType.Long, SqlType.Int);

    private static readonly Statement OfPatient = new(
        "SELECT id FROM appointments WHERE patient_id = $1 AND status IN ('scheduled', 'arrived') AND starts_at > $2 ORDER BY starts_at, id LIMIT $3",
        SqlType.Text, SqlType.Long, SqlType.Int);

    // The last of each: an index knows it, however many there are.
    private static readonly Statement Any = new(
        """
        SELECT 1 WHERE (SELECT max(starts_at) FROM appointments WHERE status = 'scheduled') > $1 OR (SELECT max(starts_at) FROM appointments WHERE status = 'arrived') > $1
        """,
        SqlType.Long);

    private readonly Statement add = dialect.Then(
        new($"INSERT INTO appointments ({AppointmentColumns.Names}) VALUES ({Numbers}) ON CONFLICT DO NOTHING", Types), Outbox.Columns, Outbox.Types);

    private readonly Statement update = dialect.Then(
        new($"UPDATE appointments SET {Written} WHERE id = $1 AND version = $4 - 1", Types), Outbox.Columns, Outbox.Types);

    private readonly Statement overriding = new(
        $"""
        SELECT {AppointmentColumns.Names} FROM appointments
        WHERE {dialect.OneOf("id", "SELECT appointment_id FROM appointment_overrides WHERE overridden_id = $1")} AND status IN ('scheduled', 'arrived') ORDER BY id
        """,
        SqlType.Text);

    private readonly AppointmentCells cells = new(dialect);

    private readonly AppointmentLists lists = new(dialect);

    public async Task<BookOutcome> BookAsync(Appointment appointment, Change change, CancellationToken ct)
    {
        object?[] values = [.. AppointmentColumns.Values(appointment), .. Outbox.Values(change)];
        var outcome = await writer.RunAsync(session => Book(session, appointment, values, change), ct);
        if (outcome == BookOutcome.Booked) Done();
        return outcome;
    }

    public async Task<UpdateAppointmentOutcome> UpdateAsync(Appointment next, Change change, CancellationToken ct)
    {
        object?[] values = [.. AppointmentColumns.Values(next), .. Outbox.Values(change)];
        var outcome = await writer.RunAsync(session => Update(session, next, values, change), ct);
        if (outcome == UpdateAppointmentOutcome.Updated) Done();
        return outcome;
    }

    public Task<Appointment?> FindAsync(AppointmentId id, CancellationToken ct) => readers.FirstAsync(ById, AppointmentColumns.Read, [id.ToString()], ct);

    public async Task<IReadOnlyList<Appointment>> ListAsync(AppointmentFilter filter, CancellationToken ct)
    {
        var (statement, values) = lists.For(filter);
        return await readers.QueryAsync(statement, AppointmentColumns.Read, values, ct);
    }

    public async Task<IReadOnlyList<BusyTime>> BusyAsync(BusyFilter filter, CancellationToken ct)
    {
        var (statement, values) = cells.BusyOf(filter);
        return await readers.QueryAsync(statement, AppointmentCells.ReadBusy, values, ct);
    }

    public async Task<IReadOnlyList<Appointment>> OverriddenByAsync(AppointmentId id, CancellationToken ct) =>
        await readers.QueryAsync(overriding, AppointmentColumns.Read, [id.ToString()], ct);

    public Task<long> CountFutureOfDoctorAsync(UserId doctor, DateTimeOffset now, CancellationToken ct) =>
        readers.FirstAsync(CountOfDoctor, row => row.GetInt64(0), [doctor.Value, now.ToUnixTimeMilliseconds()], ct);

    public async Task<IReadOnlyList<AppointmentId>> FutureOfDoctorAsync(UserId doctor, DateTimeOffset now, int limit, CancellationToken ct) =>
        await readers.QueryAsync(OfDoctor, row => AppointmentColumns.Id(row, 0), [doctor.Value, now.ToUnixTimeMilliseconds(), limit], ct);

    public async Task<IReadOnlyList<AppointmentId>> FutureOfPatientAsync(PatientId patient, DateTimeOffset now, int limit, CancellationToken ct) =>
        await readers.QueryAsync(OfPatient, row => AppointmentColumns.Id(row, 0), [patient.ToString(), now.ToUnixTimeMilliseconds(), limit], ct);

    public Task<bool> AnyFutureAsync(DateTimeOffset now, CancellationToken ct) => readers.FirstAsync(Any, _ => true, [now.ToUnixTimeMilliseconds()], ct);

    private BookOutcome Book(DbSession session, Appointment appointment, object?[] values, Change change)
    {
        Failpoint.Hit(SqlFailpoints.AppointmentBookBeforeInsert);
        cells.Lock(session, appointment, null);
        var obstacle = cells.Look(session, appointment);
        // The same request that came before is told apart from another's time, whatever has become of its appointment.
        if (obstacle != Obstacle.None && session.First(ById, _ => true, appointment.Id.ToString())) return Repeated(session, change);
        if (obstacle != Obstacle.None) return obstacle == Obstacle.Doctor ? BookOutcome.DoctorTaken : BookOutcome.PatientTaken;
        if (session.Execute(add, values) == 0) return Repeated(session, change);
        Failpoint.Hit(SqlFailpoints.AppointmentBookAfterInsert);
        AppointmentCells.Claim(session, appointment);
        AppointmentCells.Remember(session, appointment, isNew: true);
        Failpoint.Hit(SqlFailpoints.AppointmentBookAfterClaim);
        return BookOutcome.Booked;
    }

    private UpdateAppointmentOutcome Update(DbSession session, Appointment next, object?[] values, Change change)
    {
        Failpoint.Hit(SqlFailpoints.AppointmentUpdateBeforeWrite);
        var stored = session.First(ById, AppointmentColumns.Read, next.Id.ToString());
        if (stored is null) return UpdateAppointmentOutcome.Missing;
        if (stored.Version != next.Version - 1) return IsOurs(session, change) ? UpdateAppointmentOutcome.Updated : UpdateAppointmentOutcome.Stale;
        var takesTime = next.IsActive && !HasTimeOf(next, stored);
        var moves = takesTime || (stored.IsActive && !next.IsActive);
        if (moves) cells.Lock(session, next, stored);
        if (takesTime && cells.Look(session, next) is not Obstacle.None and var obstacle)
            return obstacle == Obstacle.Doctor ? UpdateAppointmentOutcome.DoctorTaken : UpdateAppointmentOutcome.PatientTaken;
        if (session.Execute(update, values) == 0) return UpdateAppointmentOutcome.Stale;
        Failpoint.Hit(SqlFailpoints.AppointmentUpdateAfterWrite);
        if (moves) cells.Move(session, stored, next);
        if (takesTime) AppointmentCells.Remember(session, next, isNew: false);
        Failpoint.Hit(SqlFailpoints.AppointmentUpdateAfterMove);
        return UpdateAppointmentOutcome.Updated;
    }

    private static bool HasTimeOf(Appointment next, Appointment stored) =>
        stored.IsActive && next.DoctorId == stored.DoctorId && next.StartsAt == stored.StartsAt && next.DurationMinutes == stored.DurationMinutes && next.Overrides.SequenceEqual(stored.Overrides);

    private static BookOutcome Repeated(DbSession session, Change change) => IsOurs(session, change) ? BookOutcome.Booked : BookOutcome.AlreadyExists;

    private static bool IsOurs(DbSession session, Change change) =>
        session.MayHaveCommitted && session.First(IsLogged, row => row.GetBoolean(0), change.ChangeId);

    private void Done()
    {
        changed.Raise();
        writer.Answered(static () => Failpoint.Hit(SqlFailpoints.AppointmentAfterCommit));
    }
}
