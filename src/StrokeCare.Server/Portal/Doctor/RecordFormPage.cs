using System.Globalization;
using Microsoft.AspNetCore.Components;
using StrokeCare.Accounts;
using StrokeCare.Changes;
using StrokeCare.Patients;

namespace StrokeCare.Server.Portal;

/// <summary>
/// A page that changes a part of a record. Its form is made from the record and carries what it was made from: when somebody
/// else is faster, what they changed is taken over where nothing was typed, and shown.
/// </summary>
public abstract class RecordFormPage<TInput> : FormPage<TInput>
    where TInput : class, IRecordInput, new()
{
    [Inject]
    public GetPatientHandler Patients { get; set; } = null!;

    [Inject]
    public UpdatePatientHandler Handler { get; set; } = null!;

    [Inject]
    public IUserStore Users { get; set; } = null!;

    [Parameter]
    public string Id { get; set; } = "";

    /// <summary>Null until it is read.</summary>
    protected StrokeCare.Patients.Patient? Stored { get; private set; }

    protected string? Doctor { get; private set; }

    /// <summary>Why the record is not shown; nothing else is then.</summary>
    protected Error? Refusal { get; private set; }

    /// <summary>Null as long as nobody was faster.</summary>
    protected IReadOnlyList<Meanwhile>? Changed { get; private set; }

    protected string RecordPath => $"/patients/{Stored!.Id}";

    internal abstract IReadOnlyList<IRecordField<TInput>> Fields { get; }

    protected override async Task OnInitializedAsync()
    {
        if (!PatientId.TryParse(Id, out var id))
        {
            Refusal = Answer(Error.Denied);
            return;
        }

        await ReadAsync(id);
        if (Stored is null || Typed.Version is not null) return;
        foreach (var field in Fields) field.Set(Typed, field.StoredIn(Stored.Details));
        StandOn(Stored);
    }

    /// <summary>Saves, and leads back to the record, which then says that <paramref name="done"/>.</summary>
    protected async Task SaveAsync(PatientDetails details, string done)
    {
        var saved = await Handler.HandleAsync(Stored!.Id, new(details), Seen(Typed.Version), Actor, Ct);
        if (saved.Succeeded) Navigation.NavigateTo($"{RecordPath}?done={done}");
        else if (saved.Error.Code == ExpectedVersion.ChangedCode) await MergeAsync(saved.Error);
        else Refuse(saved.Error);
    }

    private async Task MergeAsync(Error error)
    {
        // Lost after this page read the record: what beat it is read now.
        if (Typed.Version == VersionOf(Stored!)) await ReadAsync(Stored!.Id);
        if (Refusal is not null) return;
        Changed = Meanwhile.Merge(Fields, Typed, Stored!.Details);
        StandOn(Stored);
        Refuse(error with { Message = "The record was changed by somebody else meanwhile. Nothing is saved yet." });
    }

    private void StandOn(StrokeCare.Patients.Patient stored)
    {
        Typed.Version = VersionOf(stored);
        Typed.Was = Meanwhile.Write(Fields, stored.Details);
    }

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

    private static string VersionOf(StrokeCare.Patients.Patient stored) => stored.Version.ToString(CultureInfo.InvariantCulture);
}
