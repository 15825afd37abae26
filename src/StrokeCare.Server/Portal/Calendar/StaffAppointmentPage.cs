using Microsoft.AspNetCore.Components;
using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Patients;

namespace StrokeCare.Server.Portal;

/// <summary>A page of staff about one appointment: what it is, whose, and with whom.</summary>
public abstract class StaffAppointmentPage<TInput> : FormPage<TInput>
    where TInput : class, new()
{
    [Inject]
    public GetVisitHandler Visits { get; set; } = null!;

    [Inject]
    public IUserStore Users { get; set; } = null!;

    [Inject]
    public ClinicClock Clock { get; set; } = null!;

    [Inject]
    public TimeProvider Time { get; set; } = null!;

    [Parameter]
    public string Id { get; set; } = "";

    protected Appointment? Found { get; private set; }

    /// <summary>Null: the record is another doctor's, or archived.</summary>
    protected PatientSummary? Who { get; private set; }

    protected string Doctor { get; private set; } = "";

    protected string Here => $"/calendar/appointments/{Id}";

    protected DateOnly Today => Clock.At(Time.GetUtcNow()).Date;

    protected override async Task OnInitializedAsync()
    {
        if (!AppointmentId.TryParse(Id, out var id))
        {
            Answer(Actor.Role == Role.Admin ? AppointmentErrors.NotFound : Error.Denied);
            return;
        }

        var read = await Visits.HandleAsync(id, Actor, Ct);
        if (!read.Succeeded)
        {
            Answer(read.Error);
            return;
        }

        (Found, Who) = read.Value;
        Doctor = await Users.DoctorAsync(Found.DoctorId, Ct) ?? "a doctor who has left";
    }
}
