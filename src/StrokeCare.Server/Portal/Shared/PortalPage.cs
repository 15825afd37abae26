using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Components;
using StrokeCare.Accounts;
using StrokeCare.Changes;
using StrokeCare.Server.Api;

namespace StrokeCare.Server.Portal;

/// <summary>A page: who looks at it, and the request it answers.</summary>
public abstract class PortalPage : ComponentBase
{
    [CascadingParameter]
    public HttpContext Http { get; set; } = null!;

    [Inject]
    public NavigationManager Navigation { get; set; } = null!;

    /// <summary>Null on pages that are open to anyone.</summary>
    internal Caller? Visitor => Http.Features.Get<Caller>();

    internal Caller Caller => Visitor ?? throw new InvalidOperationException("The page is open to anyone and asks who looks at it.");

    protected Actor Actor => Caller.Actor;

    protected CancellationToken Ct => Http.RequestAborted;

    /// <summary>Says that what the page should show is refused or not there; the page then shows <see cref="Refused"/>.</summary>
    protected Error Answer(Error error)
    {
        Http.Response.StatusCode = Problems.Status(error.Kind);
        return error;
    }
}

/// <summary>A page with a form, whose inputs are all text as typed: whatever is wrong with them can be shown again.</summary>
public abstract class FormPage<TInput> : PortalPage
    where TInput : class, new()
{
    [SupplyParameterFromForm]
    public TInput? Input { get; set; }

    protected Faults Faults { get; private set; } = Faults.None;

    /// <summary>What was typed has come back after a sign-in and was not sent yet.</summary>
    protected bool IsRestored { get; private set; }

    protected TInput Typed => Input!;

    /// <summary>What was sent is answered by the operation, also where the form would not be offered any more: somebody was faster.</summary>
    protected bool IsPosted => HttpMethods.IsPost(Http.Request.Method);

    protected override void OnInitialized()
    {
        if (Input is not null) return;
        Input = new();
        if (Http.Features.Get<Draft>() is not { } draft) return;
        IsRestored = true;
        foreach (var property in typeof(TInput).GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (draft.Fields.TryGetValue(PortalForm.Prefix + property.Name, out var text)) property.SetValue(Input, text);
        }
    }

    /// <summary>Shows the error above the form and beside its fields, with everything that was typed.</summary>
    protected void Refuse(Error error)
    {
        Faults = new(error);
        Http.Response.StatusCode = Problems.Status(error.Kind);
    }

    /// <summary>What the form carries is the version that was seen when it was made.</summary>
    protected static ExpectedVersion Seen(string? version) =>
        new(null, long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var seen) ? seen : null);

    protected void Refuse(IReadOnlyDictionary<string, string[]> fields) => Refuse(Error.Invalid(fields));
}

internal static class PortalForm
{
    /// <summary>How the names of all fields begin that people type into.</summary>
    public const string Prefix = "Input.";
}

/// <summary>What is wrong with a form, by field name in snake_case as operations name them.</summary>
public sealed class Faults(Error? error)
{
    public static Faults None { get; } = new(null);

    public Error? Error => error;

    public string? Of(string field) => error is not null && error.Fields.TryGetValue(field, out var messages) ? string.Join(" ", messages) : null;
}
