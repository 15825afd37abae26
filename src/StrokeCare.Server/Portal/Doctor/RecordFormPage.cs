using System.Globalization;
using Microsoft.AspNetCore.Components;
using StrokeCare.Accounts;
using StrokeCare.Patients;

namespace StrokeCare.Server.Portal;

/// <summary>A page that changes a part of a record: the record is read before its form is shown, and again when somebody else was faster.</summary>
public abstract class RecordFormPage<TInput> : FormPage<TInput>
    where TInput : class, new()
{
    [Inject]
    public GetPatientHandler Patients { get; set; } = null!;

    [Inject]
    public IUserStore Users { get; set; } = null!;

    [Parameter]
    public string Id { get; set; } = "";

    /// <summary>Null until it is read, and when that is refused.</summary>
    protected StrokeCare.Patients.Patient? Stored { get; private set; }

    protected string? Doctor { get; private set; }

    protected Error? Refusal { get; private set; }

    protected string RecordPath => $"/patients/{Stored!.Id}";

    protected override async Task OnInitializedAsync()
    {
        if (!PatientId.TryParse(Id, out var id))
        {
            Refusal = Answer(Error.Denied);
            return;
        }

        await ReadAsync(id);
        if (Stored is not null && !IsBegun) Begin(Stored);
    }

    /// <summary>False while the form has nothing in it that somebody typed.</summary>
    protected abstract bool IsBegun { get; }

    /// <summary>Fills the form with what the record says.</summary>
    protected abstract void Begin(StrokeCare.Patients.Patient stored);

    /// <summary>Says that somebody else was faster, once what beat this form is read; false when the record may not be seen any more.</summary>
    protected async Task<bool> RefuseLateAsync(string? seen, Error error)
    {
        // Lost after this page read the record: what beat it is read now.
        if (Stored is { } stored && seen == VersionOf(stored)) await ReadAsync(stored.Id);
        if (Refusal is not null || Stored is null) return false;
        Refuse(error with { Message = "The record was changed by somebody else meanwhile. Nothing is saved yet." });
        return true;
    }

    protected static string VersionOf(StrokeCare.Patients.Patient stored) => stored.Version.ToString(CultureInfo.InvariantCulture);

    /// <summary>An age stored beside a date of birth is that of the last change; the date alone says what it is now.</summary>
    protected static UpdatePatient CommandOf(PatientDetails details) => new(details.DateOfBirth is null ? details : details with { Age = null });

    private async Task ReadAsync(PatientId id)
    {
        var read = await Patients.HandleAsync(id, Actor, Ct);
        if (!read.Succeeded)
        {
            Refusal = Answer(read.Error);
            return;
        }

        Stored = read.Value;
        Doctor = await Users.DoctorAsync(Stored.AssignedDoctorId, Ct);
    }
}
