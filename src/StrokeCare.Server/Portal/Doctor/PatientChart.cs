using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.History;
using StrokeCare.Patients;
using StrokeCare.Risk;
using StrokeCare.Server.Api;

namespace StrokeCare.Server.Portal;

/// <summary>What a doctor sees of a patient at once.</summary>
internal sealed record Chart
{
    public required Patient Patient { get; init; }

    public required string? Doctor { get; init; }

    public required RiskReport Risk { get; init; }

    public required IReadOnlyList<HistoryEntry> History { get; init; }

    /// <summary>The cursor of what is older than these; null when nothing is.</summary>
    public required string? OlderHistory { get; init; }

    /// <summary>Those with whoever looks, the latest first.</summary>
    public required IReadOnlyList<Appointment> Appointments { get; init; }
}

/// <summary>Puts a chart together from the operations: each decides about access and writes down what was seen.</summary>
internal sealed class PatientChart(
    GetPatientHandler patients, GetPatientRiskHandler risk, ListHistoryHandler history, ListAppointmentsHandler appointments, IUserStore users, Cursors seals)
{
    private const int Entries = 30;
    private const int Visits = 20;

    public async Task<Result<Chart>> ReadAsync(PatientId id, Actor actor, CancellationToken ct)
    {
        var patient = await patients.HandleAsync(id, actor, ct);
        if (!patient.Succeeded) return patient.Error;
        var report = await risk.HandleAsync(id, actor, ct);
        if (!report.Succeeded) return report.Error;
        var entries = await history.HandleAsync(new() { Patient = id, Limit = Entries }, actor, ct);
        if (!entries.Succeeded) return entries.Error;
        var visits = await appointments.HandleAsync(new() { PatientId = id, Descending = true, Limit = Visits }, actor, ct);
        if (!visits.Succeeded) return visits.Error;
        return new Chart
        {
            Patient = patient.Value,
            Doctor = await users.DoctorAsync(patient.Value.AssignedDoctorId, ct),
            Risk = report.Value,
            History = entries.Value.Items,
            OlderHistory = entries.Value.Next is { } key ? seals.Seal(HistoryEndpoints.ListOf(id), actor, key) : null,
            Appointments = visits.Value.Items,
        };
    }
}
