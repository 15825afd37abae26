using Microsoft.AspNetCore.Components;
using StrokeCare.Accounts;
using StrokeCare.Appointments;

namespace StrokeCare.Server.Portal;

/// <summary>A page that changes one appointment of one's own.</summary>
public abstract class OwnAppointmentPage<TInput> : FormPage<TInput>
    where TInput : class, new()
{
    [Inject]
    public GetAppointmentHandler Appointments { get; set; } = null!;

    [Inject]
    public IUserStore Users { get; set; } = null!;

    [Parameter]
    public string Id { get; set; } = "";

    protected Appointment? Found { get; private set; }

    protected string Doctor { get; private set; } = "";

    protected override async Task OnInitializedAsync()
    {
        if (!AppointmentId.TryParse(Id, out var id))
        {
            Answer(Error.Denied);
            return;
        }

        var read = await Appointments.HandleAsync(id, Actor, Ct);
        if (!read.Succeeded)
        {
            Answer(read.Error);
            return;
        }

        Found = read.Value;
        Doctor = await Users.DoctorAsync(Found.DoctorId, Ct) ?? "a doctor of the clinic";
    }
}
