using System.Globalization;
using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Patients;

namespace StrokeCare.Server.Portal;

/// <summary>The lists of <see cref="WorkPage"/> while it is open.</summary>
internal sealed class WorkPart(GetWorkListHandler handler, DateOnly? day) : ILivePart
{
    private readonly HashSet<string> shown = new(StringComparer.Ordinal);

    public static WorkPart Of(IQueryCollection query, GetWorkListHandler handler) => new(handler, SlotText.ReadDate(query["day"].FirstOrDefault()));

    /// <summary>Of what it shows everything is in a version, and every version has its row.</summary>
    public static string MarkOf(WorkList work)
    {
        static string Of(PatientSummary? patient) => patient is null ? "-" : string.Create(CultureInfo.InvariantCulture, $"{patient.Id}:{patient.Version}");
        var visits = work.Appointments.Select(item => string.Create(CultureInfo.InvariantCulture, $"{item.Appointment.Id}:{item.Appointment.Version}:{Of(item.Patient)}"));
        return Marks.Of(string.Create(
            CultureInfo.InvariantCulture,
            $"{work.Day:O} {work.Today:O} {work.OverdueCount} | {string.Join(' ', visits)} | {string.Join(' ', work.Overdue.Select(Of))} | {string.Join(' ', work.LevelChanges.Select(change => Of(change.Patient)))}"));
    }

    public bool IsConcernedBy(LogRow row) =>
        row.EntityVersion is not null && (row.EntityType == EntityType.Appointment.Wire() || row.EntityType == EntityType.Patient.Wire());

    public async Task<Result<LiveDrawing>> ReadAsync(Actor actor, CancellationToken ct)
    {
        var read = await handler.ReadAsync(day, actor, ct);
        if (!read.Succeeded) return read.Error;
        var work = read.Value;
        return new LiveDrawing(typeof(WorkLists), new() { [nameof(WorkLists.Work)] = work })
        {
            Mark = MarkOf(work),
            Says = string.Create(CultureInfo.InvariantCulture, $"The list has changed: {WorkLists.Visits(work)}, {work.OverdueCount} overdue."),
            SeenAsync = token => handler.SawAsync(work, shown, actor, token),
            HadAlready = () => shown.UnionWith(GetWorkListHandler.AppointmentsOf(work).Concat(GetWorkListHandler.PatientsOf(work))),
        };
    }
}
