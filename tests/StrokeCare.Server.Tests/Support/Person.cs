using StrokeCare.Accounts;

namespace StrokeCare.Server.Tests.Support;

/// <summary>The people of the tests. Every portal under test has them.</summary>
public sealed record Person(string Username, Role Role, string FirstName)
{
    public static readonly Person Ada = new("ada", Role.Admin, "Ada");
    public static readonly Person Grace = new("grace", Role.Doctor, "Grace");
    public static readonly Person House = new("house", Role.Doctor, "Gregory");
    public static readonly Person Paul = new("paul", Role.Patient, "Paul");

    public static IReadOnlyList<Person> All { get; } = [Ada, Grace, House, Paul];

    /// <summary>Everyone has another, and nobody's holds their user name.</summary>
    public string Password => $"{Username[0]}{Username.Length}: correct horse battery";
}
